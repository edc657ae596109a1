using Baton.Contracts.Workers;

namespace Baton.Contracts.Planning;

/// <summary>How far a worker that a driver has ordered has come.</summary>
public enum OrderState
{
    /// <summary>It is being started.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended, and is started again after a pause.</summary>
    Failed,

    /// <summary>It was told to leave.</summary>
    Leaving,
}

/// <summary>A worker that a driver has ordered.</summary>
/// <param name="Name">Its name in the cluster.</param>
/// <param name="Role">Its phase.</param>
/// <param name="State">How far it is.</param>
/// <param name="Since">Since when it runs, or is wanted and does not run.</param>
/// <param name="ProcessId">Its process, where it has one.</param>
/// <param name="Detail">For people.</param>
[GenerateSerializer, Immutable, Alias("baton.OrderedWorker")]
public sealed record OrderedWorker(
    string Name, WorkerRole Role, OrderState State, DateTimeOffset Since, int? ProcessId, string Detail)
{
    /// <summary>One that has ended, whose place it takes: the cluster may take it for alive a while longer.</summary>
    [Id(0)] public string? Replaces { get; init; }
}
