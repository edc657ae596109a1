using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Ci;

/// <summary>The gate's script, as far as it can be checked from inside of the gate.</summary>
public sealed class RunScriptTests
{
    [Fact]
    public async Task Script_ParsesAndIsExecutable()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("bash is missing: .ci/run is a bash script");
            return;
        }

        Assert.True(File.GetUnixFileMode(Tree.Full(".ci/run")).HasFlag(UnixFileMode.UserExecute));
        Assert.Equal(0, (await Programs.Run("/bin/bash", "-n", Tree.Full(".ci/run"))).ExitCode);
    }

    [Theory]
    [InlineData("  total: 7\n  failed: 0\n  succeeded: 7\n  skipped: 0\n", "7 passed, 0 failed", 0)]
    [InlineData("  total: 7\n  failed: 2\n  succeeded: 5\n  skipped: 0\n", "5 passed, 2 failed", 1)]
    [InlineData("  total: 7\n  failed: 0\n  succeeded: 6\n  skipped: 1\n", "6 passed, 0 failed, 1 skipped", 1)]
    [InlineData("  total: 0\n  failed: 0\n  succeeded: 0\n  skipped: 0\n", "0 passed, 0 failed", 1)]
    [InlineData("no summary\n", "0 passed, 0 failed", 1)]
    public async Task Totals_OfASummary_DecideTheLastLineAndTheExitCode(string summary, string line, int exitCode)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is missing: .ci/run is a bash script");
        var log = Path.GetTempFileName();
        await File.WriteAllTextAsync(log, summary, TestContext.Current.CancellationToken);

        var ended = await Programs.Run("/bin/bash", Tree.Full(".ci/run"), "totals", log, "0");

        File.Delete(log);
        Assert.Equal(line, ended.Output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(exitCode, ended.ExitCode);
    }
}
