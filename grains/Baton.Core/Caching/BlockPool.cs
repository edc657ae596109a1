using System.Runtime.InteropServices;

namespace Baton.Core.Caching;

/// <summary>
/// Who holds which KV block, and which blocks still carry a prefix worth keeping. Only ids: the memory is elsewhere.
/// Used by one thread at a time.
/// </summary>
/// <remarks>
/// A block is held (one holder or more), cached (no holder, but findable by its hash) or free. Free blocks are handed
/// out first, then the cached one that was released longest ago. Of blocks with one content one is findable, a held one if
/// any is: so content is lost only with its last copy, and never cached beside a copy that is held.
/// </remarks>
public sealed class BlockPool
{
    private readonly int[] _holders;
    private readonly BlockHash?[] _hashes;
    private readonly Dictionary<BlockHash, int> _byHash;
    private readonly BlockList _idle;
    private readonly BlockCopies _copies;

    public BlockPool(int blocks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blocks, 1);
        Total = blocks;
        _holders = new int[blocks];
        _hashes = new BlockHash?[blocks];
        _byHash = new Dictionary<BlockHash, int>(blocks);
        _idle = new BlockList(blocks);
        _copies = new BlockCopies(blocks);
    }

    public int Total { get; }

    /// <summary>Blocks with a holder.</summary>
    public int Used { get; private set; }

    /// <summary>Blocks with a reusable prefix and no holder.</summary>
    public int Cached { get; private set; }

    /// <summary>Blocks with neither.</summary>
    public int Free => Total - Used - Cached;

    /// <summary>Blocks that an allocation can have.</summary>
    public int Available => Total - Used;

    /// <summary>How many hold the block.</summary>
    public int Holders(int block) => _holders[block];

    /// <summary>
    /// Takes blocks, all or none, and adds them to a table: ascending, and following on the table's last one where
    /// possible, so that a prompt's blocks are few runs of bytes.
    /// </summary>
    public bool TryAllocate(int count, List<int> table)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (count > Available)
            return false;
        int first = table.Count;
        for (int i = 0; i < count; i++)
            table.Add(Take(table.Count > 0 ? table[^1] + 1 : 0));

        // Released tables come back from the cache tail first.
        CollectionsMarshal.AsSpan(table)[first..].Sort();
        return true;
    }

    /// <summary>The block with this content, held or cached.</summary>
    public bool TryFind(BlockHash hash, out int block) => _byHash.TryGetValue(hash, out block);

    /// <summary>Adds a holder to a block that <see cref="TryFind"/> gave.</summary>
    public void Share(int block)
    {
        if (_holders[block] == 0)
        {
            if (_hashes[block] is null)
                throw new InvalidOperationException($"Block {block} carries nothing to share.");
            _idle.Remove(block);
            Cached--;
            Used++;
        }

        _holders[block]++;
    }

    /// <summary>
    /// Makes a held, full block findable. Where another held one has this content already that stays the findable one,
    /// and this one takes its place when it goes.
    /// </summary>
    public void Register(int block, BlockHash hash)
    {
        if (_holders[block] == 0)
            throw new InvalidOperationException($"Block {block} is registered by nobody who holds it.");
        if (_hashes[block] is not null)
            return;
        _hashes[block] = hash;
        if (_byHash.TryAdd(hash, block))
            return;
        int found = _byHash[hash];
        _copies.Join(block, found);
        if (_holders[found] > 0)
            return;
        Cached--;
        _idle.Remove(found);
        Drop(found);
        _idle.AddFirst(found);
    }

    /// <summary>Lets nobody find a held block any more: its content is not to be relied on.</summary>
    public void Forget(int block)
    {
        if (_holders[block] == 0)
            throw new InvalidOperationException($"Block {block} is forgotten by nobody who holds it.");
        if (_hashes[block] is not null)
            Drop(block);
    }

    /// <summary>Takes a holder off each block, last block first so that a prefix outlives its suffixes.</summary>
    /// <exception cref="InvalidOperationException">A block has no holder: a double free.</exception>
    public void Release(ReadOnlySpan<int> table)
    {
        for (int i = table.Length - 1; i >= 0; i--)
            ReleaseOne(table[i]);
    }

    private void ReleaseOne(int block)
    {
        if (_holders[block] == 0)
            throw new InvalidOperationException($"Block {block} is freed twice.");
        if (--_holders[block] > 0)
            return;
        Used--;
        if (_hashes[block] is not null && _copies.Next(block) != block)
            Drop(block);
        if (_hashes[block] is null)
        {
            _idle.AddFirst(block);
            return;
        }

        Cached++;
        _idle.AddLast(block);
    }

    private int Take(int preferred)
    {
        int block = preferred < Total && _hashes[preferred] is null && _idle.Contains(preferred)
            ? preferred
            : _idle.First;
        _idle.Remove(block);
        if (_hashes[block] is not null)
        {
            Drop(block);
            Cached--;
        }

        _holders[block] = 1;
        Used++;
        return block;
    }

    // Its content; what has the same is findable from now on.
    private void Drop(int block)
    {
        BlockHash hash = _hashes[block]!.Value;
        int other = _copies.Next(block);
        if (other == block)
            _byHash.Remove(hash);
        else if (_byHash[hash] == block)
            _byHash[hash] = other;
        _copies.Leave(block);
        _hashes[block] = null;
    }
}
