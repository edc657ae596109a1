using Baton.Core.Sampling;

namespace Baton.Silo.Handoff;

/// <summary>A descriptor to be: blocks of one handoff that wait for the window.</summary>
internal sealed record KvPiece(
    KvOutgoing Handoff, int Number, int FirstBlock, int[] Blocks, long Bytes, bool Last, SampledToken First);
