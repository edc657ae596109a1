using Baton.Contracts.Workers;
using Baton.Host.Hosting;

namespace Baton.Host.Tests.Hosting;

public sealed class HostPlanTests
{
    [Fact]
    public async Task Converted_AWorker_IsAnotherNodeWithTheSameEngines()
    {
        var settings = Options.CommandLine.Read(
            ["--role", "decode", "--node", "7", "--cluster", "localhost=127.0.0.1:1", "--engine", "simulated"],
            TextWriter.Null,
            TextWriter.Null).Settings!;
        await using var plan = HostPlan.Make(settings);

        var converted = plan.Converted(WorkerRole.Prefill);

        Assert.Same(plan.Engines, converted.Engines);
        Assert.Equal(("7.2", "7.3"), (converted.Node.Name, converted.Converted(WorkerRole.Decode).Node.Name));
        Assert.Equal([WorkerRole.Prefill], converted.Node.Workers);
        Assert.Equal([WorkerRole.Prefill], converted.Settings.Workers);
        Assert.Equal((plan.Cluster, plan.Node.ClusterSecret), (converted.Cluster, converted.Node.ClusterSecret));
    }
}
