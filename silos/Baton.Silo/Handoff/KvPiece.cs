using Baton.Core.Sampling;

namespace Baton.Silo.Handoff;

/// <summary>A descriptor to be: what of one handoff waits for the window.</summary>
internal sealed record KvPiece(
    KvOutgoing Handoff, int Number, int FirstBlock, KvSpan Span, long Bytes, bool Last, SampledToken First);
