using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Core.Scheduling;
using Baton.Simulator.Scaling;
using Baton.Simulator.Workers;

namespace Baton.Simulator;

/// <summary>What is simulated.</summary>
public sealed record SimulationOptions
{
    public ServingShape Shape { get; init; }

    /// <summary>Prefill workers at the start; none where the shape puts both phases on each worker.</summary>
    public IReadOnlyList<WorkerGroup> Prefill { get; init; } = [];

    /// <summary>Decode workers at the start, or those of both phases.</summary>
    public required IReadOnlyList<WorkerGroup> Decode { get; init; }

    public SloTarget Slo { get; init; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));

    /// <summary>The planner's; null where the number of workers stays. New workers are like a phase's first.</summary>
    public PlannerOptions? Planner { get; init; }

    /// <summary>Whether requests are refused that would miss the targets.</summary>
    public AdmissionMode Admission { get; init; }

    public FaultOptions Faults { get; init; } = new();

    public int Seed { get; init; }

    /// <summary>Positions of a KV block.</summary>
    public int BlockTokens { get; init; } = 16;

    /// <summary>Positions of a pool whose profile does not say.</summary>
    public long KvTokens { get; init; } = 262_144;

    /// <summary>Bounds of a scheduler where its profile does not say.</summary>
    public SchedulerOptions Scheduling { get; init; } = new() { StepTokenBudget = 2048 };

    /// <summary>Whether decode takes every sequence that has room, and not only as many as keep to the target.</summary>
    public bool Uncapped { get; init; }

    /// <summary>Time between two reports of a worker to the gateways.</summary>
    public TimeSpan ReportInterval { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Length of a line of the timeline.</summary>
    public TimeSpan TimelineInterval { get; init; } = TimeSpan.FromMinutes(1);

    internal EngineShape Engines => new(
        BlockTokens,
        KvTokens,
        Scheduling with
        {
            Mix = Shape == ServingShape.Plain ? StepMix.PromptsFirst : StepMix.Chunked,
            TokenTarget = Uncapped ? null : Slo.Tpot,
        });

    /// <summary>Throws where an option makes no sense.</summary>
    public void Validate()
    {
        if (Fault() is { } fault)
            throw new ArgumentException(fault);
    }

    /// <summary>Why this cannot be simulated; null when it can.</summary>
    public string? Fault()
    {
        bool isApart = Shape == ServingShape.Disaggregated;
        if (isApart != (Prefill.Count > 0))
            return isApart ? "a disaggregated cluster needs prefill workers" : "prefill workers serve disaggregated clusters only";
        if (Decode.Count == 0)
            return "there is no worker";
        if (Planner is not null && !isApart)
            return "the planner scales disaggregated clusters only";
        if (Planner?.Fault() is { } fault)
            return fault;
        if (BlockTokens < 1 || KvTokens < BlockTokens)
            return "a pool holds at least a block, and a block at least a token";
        if (Prefill.Concat(Decode).Any(g => (long)g.Profile.KvBytesPerToken * BlockTokens > int.MaxValue))
            return "a block has more than 2 GiB";
        if (ReportInterval <= TimeSpan.Zero || TimelineInterval <= TimeSpan.Zero)
            return "intervals must be above 0";
        return null;
    }
}
