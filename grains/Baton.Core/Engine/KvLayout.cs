namespace Baton.Core.Engine;

/// <summary>
/// How a KV block lies in memory: one layer after the other, as the engine has it within each; all layers of a block are
/// contiguous, so that a run of blocks is one run of bytes to hand over.
/// </summary>
/// <param name="BlockTokens">Token positions of a block.</param>
/// <param name="BytesPerToken">Bytes of one position, all layers.</param>
/// <param name="Content">What the bytes of a position mean: the model, the number format and their order.</param>
/// <param name="Layers">Parts of equal size that a step completes one after the other.</param>
public sealed record KvLayout(int BlockTokens, int BytesPerToken, string Content, int Layers = 1)
{
    // Part of every fingerprint: change it whenever handing blocks over changes its meaning.
    private const int HandoffVersion = 2;

    /// <summary>Equal on two workers only if they can read each other's blocks.</summary>
    public string Fingerprint => $"handoff-{HandoffVersion}/{BlockTokens}x{BytesPerToken}/{Layers}/{Content}";

    public int BlockBytes => BlockTokens * BytesPerToken;

    /// <summary>Bytes of one layer of a block.</summary>
    public int LayerBytes => BlockBytes / Layers;

    public LayerRange AllLayers => new(0, Layers);

    /// <summary>Blocks that hold <paramref name="tokens"/> positions.</summary>
    public int BlocksFor(int tokens) => (tokens + BlockTokens - 1) / BlockTokens;
}
