namespace Baton.Host.Tests.Topologies;

/// <summary>
/// Tests that start clusters of real processes run one after another: a few clusters at a time on two cores measure
/// nothing but the scheduler's patience.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ProcessTests
{
    public const string Name = "clusters of processes";
}
