using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>One attempt at a handoff, as its session sees it and as the engines on both sides do.</summary>
internal sealed class ModelHandoff(int number, int blocks, int cachedBlocks, ModelPrefill prefill, ModelDecode decode)
{
    public SequenceKey Key { get; } = new($"request-{number}", 0, 1);

    public int Blocks => blocks;

    public int CachedBlocks => cachedBlocks;

    public int Token => 100 + number;

    public ModelPrefill Prefill => prefill;

    public ModelDecode Decode => decode;

    /// <summary>Its blocks at prefill; null before it is there and after it was freed.</summary>
    public int[]? Source { get; set; }

    /// <summary>Its blocks at decode; null before they are reserved and after they were freed.</summary>
    public int[]? Destination { get; set; }

    public bool IsOpened { get; set; }

    public bool IsExpected { get; set; }

    /// <summary>How it ended at prefill: as often as it was said.</summary>
    public List<HandoffEnd> Released { get; } = [];

    /// <summary>How it ended at decode: landed, a failure, or forgotten before either.</summary>
    public List<string> Arrived { get; } = [];

    /// <summary>The session has told both sides to let go.</summary>
    public bool IsOver { get; set; }

    /// <summary>What its block holds; of no other block of any handoff.</summary>
    public void Fill(Span<byte> bytes, int block) => new Random((number << 8) + block).NextBytes(bytes);

    public bool Holds(ReadOnlySpan<byte> bytes, int block)
    {
        Span<byte> right = stackalloc byte[bytes.Length];
        Fill(right, block);
        return bytes.SequenceEqual(right);
    }
}
