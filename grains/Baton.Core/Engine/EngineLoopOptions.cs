using Baton.Core.Costs;

namespace Baton.Core.Engine;

/// <summary>The bounds and the identity of one engine's loop.</summary>
public sealed record EngineLoopOptions
{
    /// <summary>Commands that wait; a submit beyond them waits too.</summary>
    public int InboxCapacity { get; init; } = 1024;

    /// <summary>Reports that wait to be read; the engine stops beyond them.</summary>
    public int ReportCapacity { get; init; } = 256;

    /// <summary>Keys the prefix hashes. Equal on all workers of a cluster, unknown to its tenants.</summary>
    public ReadOnlyMemory<byte> PrefixSecret { get; init; }

    /// <summary>What its steps are thought to cost, until they are measured.</summary>
    public WorkerProfile Profile { get; init; } = PublishedProfiles.Instant;

    /// <summary>Measured steps that are kept to fit costs to.</summary>
    public int StepSamples { get; init; } = 4096;

    /// <summary>Of the engine's thread, for debuggers and dumps.</summary>
    public string ThreadName { get; init; } = "baton-engine";
}
