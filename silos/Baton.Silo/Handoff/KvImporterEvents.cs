using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Silo.Handoff;

/// <summary>
/// What the importer calls, from threads of the pool and outside its locks. Of landed and failed exactly one comes for
/// each reservation that is not forgotten first; none may throw but the acknowledgement.
/// </summary>
public sealed record KvImporterEvents
{
    /// <summary>Sends answers to a producer; one call at a time for each, with what has gathered meanwhile.</summary>
    public required Func<WorkerId, KvAck[], ValueTask> Acknowledge { get; init; }

    /// <summary>All KV is there and verified: sequence, token 1, bytes, data plane.</summary>
    public required Action<SequenceKey, SampledToken, long, string> Landed { get; init; }

    /// <summary>It will not come (<see cref="KvFailure"/>); nothing writes to the blocks any more.</summary>
    public required Action<SequenceKey, string> Failed { get; init; }

    /// <summary>The first descriptor is accepted.</summary>
    public Action<SequenceKey>? Started { get; init; }
}
