using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Contracts.Handoff;

/// <summary>
/// An event of the KV stream: these layers of these blocks of a sequence are complete and can be pulled. The bytes never
/// ride in it. The stream's id is the decode worker's.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.KvDescriptor")]
public sealed record KvDescriptor
{
    [Id(0)] public required SequenceKey Key { get; init; }

    /// <summary>Counts the descriptors of a handoff from 0; with <see cref="Key"/> it makes redelivery harmless.</summary>
    [Id(1)] public required int Number { get; init; }

    /// <summary>Where the bytes are.</summary>
    [Id(2)] public required KvLocation Source { get; init; }

    /// <summary>The lease that the pull names; the producer sends nothing that it does not cover.</summary>
    [Id(3)] public required long LeaseId { get; init; }

    /// <summary>Place in the sequence's block table of the first block.</summary>
    [Id(4)] public required int FirstBlock { get; init; }

    /// <summary>Ids of the blocks in the producer's pool, in the order of the block table.</summary>
    [Id(5)] public required int[] Blocks { get; init; }

    /// <summary>Which layers of these blocks.</summary>
    [Id(10)] public required LayerRange Layers { get; init; }

    /// <summary>
    /// Place of the word in the shared segment that holds <see cref="LeaseId"/> for as long as the lease does; below 0
    /// where the pool is not shared.
    /// </summary>
    [Id(6)] public required int LeaseWord { get; init; }

    /// <summary><see cref="KvLayout.Fingerprint"/> of the producer.</summary>
    [Id(7)] public required string Fingerprint { get; init; }

    /// <summary>Whether the prompt's KV is complete with this descriptor.</summary>
    [Id(8)] public required bool Last { get; init; }

    /// <summary>With <see cref="Last"/>: the token that prefill drew (the client has it already).</summary>
    [Id(9)] public SampledToken First { get; init; }
}
