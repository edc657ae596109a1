using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>Cuts what a step produced into descriptors.</summary>
internal static class KvPieces
{
    /// <summary>
    /// Leaves out the leading blocks that the target has, and bounds each piece. The end of the prompt always makes one,
    /// empty if need be: it carries token 1. Counts the pieces in the handoff.
    /// </summary>
    public static List<KvPiece> Of(KvProduced kv, KvOutgoing handoff, KvLayout layout, int mostBytes)
    {
        var cached = handoff.Target.CachedTokens / layout.BlockTokens;
        var skipped = Math.Clamp(cached - kv.FirstBlock, 0, kv.Blocks.Length);
        var most = Math.Max(1, mostBytes / (kv.Layers.Count * layout.LayerBytes));
        var pieces = new List<KvPiece>();
        var at = skipped;
        while (at < kv.Blocks.Length || (kv.Last && pieces.Count == 0))
        {
            var span = new KvSpan(kv.Blocks[at..Math.Min(at + most, kv.Blocks.Length)], kv.Layers);
            var last = kv.Last && at + span.Blocks.Length == kv.Blocks.Length;
            pieces.Add(new KvPiece(
                handoff, handoff.Numbers++, kv.FirstBlock + at, span, span.Bytes(layout),
                last, last ? kv.First : default));
            at += span.Blocks.Length;
        }
        handoff.LastMade = kv.Last;
        return pieces;
    }
}
