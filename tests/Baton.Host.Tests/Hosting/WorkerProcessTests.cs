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

    private static HostSettings Settings(string[] arguments) =>
        Host.Options.CommandLine.Read(arguments, TextWriter.Null, TextWriter.Null).Settings!;
}
