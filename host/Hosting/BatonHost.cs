using Baton.Contracts.Workers;
using Baton.Engine.Torch;
using Baton.Host.Options;

namespace Baton.Host.Hosting;

/// <summary>Runs the process that the settings describe.</summary>
internal static class BatonHost
{
    public const int CannotStart = 2;
    private const int Failed = 1;

    /// <summary>A local worker's: it was asked to leave for good, and not to make room for a successor.</summary>
    public const int NotToBeReplaced = 3;

    public static async Task<int> RunAsync(HostSettings settings, TextWriter output, TextWriter error)
    {
        try
        {
            await using var first = HostPlan.Make(settings);
            var plan = first;
            while (true)
            {
                var (exitCode, next) = await LiveAsync(plan, output);
                if (next is not { } role)
                {
                    return exitCode;
                }

                plan = plan.Converted(role);
            }
        }
        catch (Exception e) when (UserError(e) is { } message)
        {
            await error.WriteLineAsync($"baton: {message.ReplaceLineEndings(" ")}");
            return CannotStart;
        }
    }

    /// <summary>Runs a host to its end; its exit code, or the role in which another goes on.</summary>
    private static async Task<(int ExitCode, WorkerRole? Next)> LiveAsync(HostPlan plan, TextWriter output)
    {
        using var app = HostBuilder.Build(plan, output);
        await app.StartAsync();
        if (plan.Engines is { IsFaulted: true } load)
        {
            await app.StopAsync();
            await load;
        }

        await app.WaitForShutdownAsync();
        if (app.Services.GetService<LocalWorkers>() is { Failed: true })
        {
            return (CannotStart, null);
        }

        if (app.Services.GetRequiredService<EngineWatch>().Failed)
        {
            return (Failed, null);
        }

        var watch = app.Services.GetRequiredService<DrainWatch>();
        var wasSignalled = app.Services.GetRequiredService<IHostLifetime>() is DrainingLifetime { WasSignalled: true };
        return (plan.Node.ParentProcess is not null && watch.WasAsked ? NotToBeReplaced : 0, wasSignalled ? null : watch.NextRole);
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
