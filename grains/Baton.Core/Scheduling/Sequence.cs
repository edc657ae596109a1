using System.Runtime.InteropServices;
using Baton.Core.Caching;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

/// <summary>A sequence while an engine holds it. Owned by the engine's thread.</summary>
public sealed class Sequence
{
    private readonly List<int> _tokens;
    private readonly List<int> _blocks = [];

    public Sequence(SequenceRequest request)
    {
        Request = request;
        _tokens = [.. request.Tokens];
    }

    public SequenceRequest Request { get; private set; }

    public SequenceKey Key => Request.Key;

    public SamplingOptions Sampling => Request.Sampling;

    public StopRules Stop => Request.Stop;

    public int PromptLength => Request.PromptLength;

    /// <summary>Prompt and output, in order.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    public int Length => _tokens.Count;

    /// <summary>Tokens generated so far, over all attempts.</summary>
    public int Generated => _tokens.Count - PromptLength;

    /// <summary>Leading positions whose KV is in <see cref="Blocks"/>.</summary>
    public int Computed { get; internal set; }

    /// <summary>Leading positions whose KV was found in the prefix cache at admission.</summary>
    public int CachedAtAdmission { get; internal set; }

    /// <summary>The block table: block i holds positions i * block size and on.</summary>
    public ReadOnlySpan<int> Blocks => CollectionsMarshal.AsSpan(_blocks);

    /// <summary>Where the sequence is in its engine.</summary>
    public SequenceState State { get; internal set; }

    internal List<int> BlockList => _blocks;

    /// <summary>Hashes of the leading full blocks of <see cref="Tokens"/>, as far as anyone asked for them.</summary>
    internal List<BlockHash> Hashes { get; } = [];

    /// <summary>Leading blocks that are findable in the prefix cache already.</summary>
    internal int RegisteredBlocks { get; set; }

    /// <summary>Leading blocks that were reported for handover already.</summary>
    internal int ProducedBlocks { get; set; }

    /// <summary>Leading layers that were reported already of the blocks that the running step completes.</summary>
    internal int ProducedLayers { get; set; }

    /// <summary>Place in the order of arrival.</summary>
    internal long Arrival { get; init; }

    /// <summary>Tokens that must run before the next one can be drawn.</summary>
    internal int Remaining => Length - Computed;

    internal void Rename(SequenceKey key) => Request = Request with { Key = key };

    public void Append(int token) => _tokens.Add(token);
}
