using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Silo.Handoff;

namespace Baton.Host.Options;

/// <summary>Which engine runs the model.</summary>
public enum EngineKind
{
    Torch,
    Simulated,
}

/// <summary>How silos find each other: in this process's memory, in a primary silo's, or in Redis.</summary>
/// <param name="Redis">host:port, or null.</param>
/// <param name="Primary">host:port of the primary silo, or null when this one is.</param>
public sealed record ClusterSetting(string? Redis, string? Primary);

/// <summary>What starts and ends workers by itself.</summary>
public enum Autoscale
{
    None,

    /// <summary>Processes on this machine.</summary>
    Process,
}

/// <summary>What the process was asked to be, validated.</summary>
public sealed record HostSettings
{
    public required string Urls { get; init; }

    public required string Model { get; init; }

    public required bool IsGateway { get; init; }

    public required IReadOnlyList<WorkerRole> Workers { get; init; }

    public required ClusterSetting Cluster { get; init; }

    public required string ClusterId { get; init; }

    /// <summary>Secret of the cluster's members; empty derives one from the cluster id.</summary>
    public required string ClusterSecret { get; init; }

    /// <summary>0 takes a free port.</summary>
    public required int SiloPort { get; init; }

    /// <summary>Of the Orleans gateway for external clients; 0 takes a free port.</summary>
    public required int GatewayPort { get; init; }

    public required string Device { get; init; }

    /// <summary>0 leaves it to the engine.</summary>
    public required int Threads { get; init; }

    public required string Weights { get; init; }

    public required string KvFormat { get; init; }

    /// <summary>0 sizes the pool by the model.</summary>
    public required int KvBlocks { get; init; }

    /// <summary>Worker processes to start beside this one; null for none.</summary>
    public required PhaseCounts? LocalWorkers { get; init; }

    public required Autoscale Autoscale { get; init; }

    /// <summary>Bounds, budget, pace and targets of the planner.</summary>
    public required PlannerOptions Planner { get; init; }

    /// <summary>Target for the time of a token that workers keep to; null where none was asked for.</summary>
    public required TimeSpan? TokenTarget { get; init; }

    /// <summary>Most that a step takes that decodes and reads prompts; null for no bound.</summary>
    public required TimeSpan? LongestStep { get; init; }

    public required EngineKind Engine { get; init; }

    public required string SimProfile { get; init; }

    public required double SimSpeed { get; init; }

    public required ulong? Seed { get; init; }

    /// <summary>When requests are refused because they would miss their targets.</summary>
    public required AdmissionMode Admission { get; init; }

    public required int MaxQueued { get; init; }

    public required TimeSpan QueueTtl { get; init; }

    public required TimeSpan Retention { get; init; }

    public required TimeSpan ResumeGrace { get; init; }

    public required IReadOnlyList<string> ApiKeys { get; init; }

    public required DisaggregationMode Disaggregate { get; init; }

    public required KvPlaneMode DataPlane { get; init; }

    /// <summary>Name of the node in the cluster; null makes one.</summary>
    public required string? Node { get; init; }

    /// <summary>Process that started this one as a local worker, or null.</summary>
    public required int? Parent { get; init; }

    /// <summary>Whether HTTP addresses were asked for; workers serve their probes only then.</summary>
    public required bool HasUrls { get; init; }
}
