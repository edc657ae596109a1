using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

/// <summary>One descriptor on its way into the blocks that were reserved for it.</summary>
/// <param name="Descriptor">What to get.</param>
/// <param name="Pool">Where it goes.</param>
/// <param name="Blocks">Destination of each of the descriptor's blocks.</param>
/// <param name="Progress">Called as bytes come.</param>
/// <param name="Cancelled">Once set, nothing more may be written to the blocks.</param>
internal sealed record KvPull(
    KvDescriptor Descriptor, KvPool Pool, int[] Blocks, Action Progress, CancellationToken Cancelled)
{
    /// <summary>Where it goes in the pool.</summary>
    public KvSpan Span { get; } = new(Blocks, Descriptor.Layers);

    public int BytesPerBlock => Span.BytesPerBlock(Pool.Layout);

    public long Bytes => Span.Bytes(Pool.Layout);
}
