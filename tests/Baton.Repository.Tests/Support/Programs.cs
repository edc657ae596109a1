using System.Diagnostics;

namespace Baton.Repository.Tests.Support;

/// <summary>What a program said before it ended.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error);

/// <summary>Programs that tests call.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Where a program is: named by a variable, or on the path; null without it.</summary>
    public static string? Find(string name, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given && File.Exists(given)
            ? given
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);

    public static async Task<Ended> Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Tree.Root,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(Patience, TimeProvider.System);
        return new Ended(process.ExitCode, await output, await error);
    }
}
