using Baton.Engine.Torch;
using Baton.Host.Options;

namespace Baton.Host.Hosting;

/// <summary>Runs the process that the settings describe.</summary>
internal static class BatonHost
{
    public const int CannotStart = 2;
    private const int Failed = 1;

    public static async Task<int> RunAsync(HostSettings settings, TextWriter output, TextWriter error)
    {
        try
        {
            using var plan = HostPlan.Make(settings);
            using var app = HostBuilder.Build(plan, output);
            await app.StartAsync();
            await app.WaitForShutdownAsync();
            return app.Services.GetService<LocalWorkers>() is { Failed: true } ? CannotStart
                : app.Services.GetRequiredService<EngineWatch>().Failed ? Failed
                : 0;
        }
        catch (Exception e) when (UserError(e) is { } message)
        {
            await error.WriteLineAsync($"baton: {message.ReplaceLineEndings(" ")}");
            return CannotStart;
        }
    }

    /// <summary>What the user can mend, in one line; null for a bug, which may show its stack.</summary>
    private static string? UserError(Exception exception) => exception switch
    {
        StartupException or ModelFormatException or InvalidDataException or DllNotFoundException => exception.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => exception.Message,
        StackExchange.Redis.RedisConnectionException => "the cluster's Redis cannot be reached",
        AggregateException { InnerException: { } inner } => UserError(inner),
        { InnerException: { } inner } => UserError(inner),
        _ => null,
    };
}
