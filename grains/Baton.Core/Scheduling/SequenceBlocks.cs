using Baton.Core.Caching;
using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

/// <summary>Takes, grows, publishes and frees the block tables of sequences over one pool.</summary>
internal sealed class SequenceBlocks(BlockPool pool, KvLayout layout, BlockHasher hasher)
{
    // Contents of blocks that running sequences hold and have not computed yet.
    private readonly HashSet<BlockHash> _promised = [];

    /// <summary>
    /// Leading tokens whose blocks are in the prefix cache now; never all of them, because the last one must run to
    /// yield logits.
    /// </summary>
    public int CachedTokens(Sequence sequence) => CachedBlocks(sequence, out _) * layout.BlockTokens;

    /// <summary>Blocks that taking the whole sequence would add to those held now.</summary>
    public int Demand(Sequence sequence)
    {
        int cached = CachedBlocks(sequence, out int idle);
        return layout.BlocksFor(sequence.Length) - cached + idle;
    }

    /// <summary>
    /// Takes blocks for all tokens of a sequence that has none, prefix hits first, if <paramref name="spare"/> blocks
    /// stay available. All or nothing. Taking the whole prompt at once keeps it one run of bytes, and a prefill that
    /// has begun can always end.
    /// </summary>
    public bool TryTake(Sequence sequence, int spare)
    {
        int cached = CachedBlocks(sequence, out int idle);
        int fresh = layout.BlocksFor(sequence.Length) - cached;
        if (fresh + idle + spare > pool.Available)
            return false;

        // Shared before the rest is allocated, so that the allocation cannot evict what was just found.
        for (int i = 0; i < cached; i++)
        {
            pool.TryFind(sequence.Hashes[i], out int block);
            pool.Share(block);
            sequence.BlockList.Add(block);
        }

        pool.TryAllocate(fresh, sequence.BlockList);
        sequence.Computed = sequence.CachedAtAdmission = cached * layout.BlockTokens;
        sequence.RegisteredBlocks = cached;
        return true;
    }

    /// <summary>Says that a sequence which has its blocks is going to compute them.</summary>
    public void Promise(Sequence sequence)
    {
        for (int i = sequence.RegisteredBlocks; i < sequence.Hashes.Count; i++)
            _promised.Add(sequence.Hashes[i]);
    }

    /// <summary>Whether a running sequence is about to fill the next block that this one would find.</summary>
    public bool IsPromised(Sequence sequence)
    {
        if (_promised.Count == 0)
            return false;
        int cached = CachedBlocks(sequence, out _);
        return cached < MostCached(sequence) && _promised.Contains(sequence.Hashes[cached]);
    }

    /// <summary>Gives a sequence that has no blocks those of another that hold its tokens, full and registered.</summary>
    public void Share(Sequence from, Sequence to)
    {
        int blocks = to.Length / layout.BlockTokens;
        foreach (int block in from.Blocks[..blocks])
        {
            pool.Share(block);
            to.BlockList.Add(block);
        }

        to.Computed = to.Length;
        to.RegisteredBlocks = blocks;
    }

    /// <summary>Makes the table cover all tokens.</summary>
    public bool TryGrow(Sequence sequence)
    {
        int missing = layout.BlocksFor(sequence.Length) - sequence.BlockList.Count;
        return missing <= 0 || pool.TryAllocate(missing, sequence.BlockList);
    }

    /// <summary>Makes the full blocks among the computed positions findable.</summary>
    public void Register(Sequence sequence)
    {
        int full = sequence.Computed / layout.BlockTokens;
        if (full <= sequence.RegisteredBlocks)
            return;
        hasher.Extend(sequence.Request.CacheSalt, sequence.Tokens, sequence.Hashes);
        for (int i = sequence.RegisteredBlocks; i < full; i++)
        {
            pool.Register(sequence.BlockList[i], sequence.Hashes[i]);
            _promised.Remove(sequence.Hashes[i]);
        }

        sequence.RegisteredBlocks = full;
    }

    /// <summary>Lets nobody find what the sequence holds; it goes on holding it.</summary>
    public void Forget(Sequence sequence)
    {
        Withdraw(sequence);
        foreach (int block in sequence.Blocks[..sequence.RegisteredBlocks])
            pool.Forget(block);
    }

    /// <summary>Frees the table; what was registered stays findable until it is evicted.</summary>
    public void Free(Sequence sequence)
    {
        Withdraw(sequence);
        pool.Release(sequence.Blocks);
        sequence.BlockList.Clear();
        sequence.Computed = 0;
        sequence.RegisteredBlocks = 0;
    }

    private void Withdraw(Sequence sequence)
    {
        for (int i = sequence.RegisteredBlocks; i < sequence.Hashes.Count && sequence.BlockList.Count > 0; i++)
            _promised.Remove(sequence.Hashes[i]);
    }

    private int MostCached(Sequence sequence) => (sequence.Length - 1) / layout.BlockTokens;

    private int CachedBlocks(Sequence sequence, out int idle)
    {
        hasher.Extend(sequence.Request.CacheSalt, sequence.Tokens, sequence.Hashes);
        int most = MostCached(sequence);
        int cached = 0;
        idle = 0;
        while (cached < most && pool.TryFind(sequence.Hashes[cached], out int block))
        {
            cached++;
            if (pool.Holders(block) == 0)
                idle++;
        }

        return cached;
    }
}
