using Baton.Contracts.Workers;
using Baton.Host.Hosting;
using Baton.Host.Options;

namespace Baton.Host.Tests.Hosting;

public sealed class WorkerProcessTests
{
    [Theory]
    [InlineData(16, 4, "--workers", "prefill=2,decode=2")]
    [InlineData(16, 2, "--autoscale", "process")]
    [InlineData(16, 4, "--autoscale", "process", "--scale-max", "prefill=2,decode=2")]
    [InlineData(16, 5, "--autoscale", "process", "--scale-budget", "3")]
    [InlineData(2, 1, "--autoscale", "process")]
    public void ShareOfCores_OfAsManyAsThereMayBe(int cores, int share, params string[] arguments) =>
        Assert.Equal(share, WorkerProcess.ShareOfCores(Settings(arguments), cores));

    [Theory]
    [InlineData(null, null)]
    [InlineData(12.5, null, "--slo-tpot", "12.5ms")]
    [InlineData(100.0, 250.0, "--slo-tpot", "100ms", "--longest-step", "0.25s")]
    public void Arguments_Targets_WorkersKeepToThoseThatWereAskedFor(double? target, double? longest, params string[] arguments)
    {
        var parent = Settings(["--model", "m", "--workers", "prefill=1,decode=1", .. arguments]);
        var child = Settings([.. WorkerProcess.Arguments(parent, WorkerRole.Decode, "1", "localhost=127.0.0.1:1")
            .Select(a => FormattableString.Invariant($"--{a.Name}={a.Value}"))]);
        foreach (var settings in new[] { parent, child })
        {
            Assert.Equal(target, settings.TokenTarget?.TotalMilliseconds);
            Assert.Equal(longest, settings.LongestStep?.TotalMilliseconds);
        }
    }

    private static HostSettings Settings(string[] arguments) =>
        Host.Options.CommandLine.Read(arguments, TextWriter.Null, TextWriter.Null).Settings!;
}
