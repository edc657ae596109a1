using Baton.Core.Caching;

namespace Baton.Core.Tests.Caching;

public sealed class BlockPoolTests
{
    [Fact]
    public void TryAllocate_Fresh_AscendingRuns()
    {
        var pool = new BlockPool(8);
        Assert.Equal([0, 1, 2], Take(pool, 3));
        Assert.Equal([3, 4], Take(pool, 2));
        Assert.Equal(5, pool.Used);
        Assert.Equal(3, pool.Free);
    }

    [Fact]
    public void TryAllocate_TooMany_TakesNone()
    {
        var pool = new BlockPool(4);
        Take(pool, 2);
        List<int> table = [];
        Assert.False(pool.TryAllocate(3, table));
        Assert.Empty(table);
        Assert.Equal(2, pool.Used);
    }

    [Fact]
    public void TryAllocate_Growing_FollowsOnTheLastBlock()
    {
        var pool = new BlockPool(8);
        List<int> a = Take(pool, 4);
        List<int> b = Take(pool, 1);
        pool.Release([a[1], a[2], a[3]]);
        pool.Release(b.ToArray());
        List<int> table = [a[0]];
        Assert.True(pool.TryAllocate(3, table));
        Assert.Equal([0, 1, 2, 3], table);
    }

    [Fact]
    public void Release_Twice_Throws()
    {
        var pool = new BlockPool(2);
        int[] table = [.. Take(pool, 1)];
        pool.Release(table);
        Assert.Throws<InvalidOperationException>(() => pool.Release(table));
    }

    [Fact]
    public void Release_Registered_StaysFindableUntilEvictedSuffixFirst()
    {
        var pool = new BlockPool(4);
        List<int> table = Take(pool, 3);
        for (int i = 0; i < 3; i++)
            pool.Register(table[i], Hash(i));
        pool.Release(table.ToArray());
        Assert.Equal((0, 3, 1), (pool.Used, pool.Cached, pool.Free));

        // The free block goes first, then the end of the prefix.
        Assert.Equal([3], Take(pool, 1));
        Assert.Equal([2], Take(pool, 1));
        Assert.False(pool.TryFind(Hash(2), out _));
        Assert.True(pool.TryFind(Hash(0), out int first));
        pool.Share(first);
        Assert.Equal((3, 1, 0), (pool.Used, pool.Cached, pool.Free));
        Assert.Equal([1], Take(pool, 1));
        Assert.False(pool.TryAllocate(1, []));
    }

    [Fact]
    public void TryAllocate_FromTheCache_Ascending()
    {
        var pool = new BlockPool(4);
        List<int> table = Take(pool, 4);
        for (int i = 0; i < 4; i++)
            pool.Register(table[i], Hash(i));
        pool.Release(table.ToArray());
        Assert.Equal([1, 2, 3], Take(pool, 3));
        Assert.True(pool.TryFind(Hash(0), out _));
    }

    [Fact]
    public void Register_Duplicate_FirstStaysAndOneIsCached()
    {
        var pool = new BlockPool(4);
        List<int> table = Take(pool, 2);
        pool.Register(table[0], Hash(1));
        pool.Register(table[1], Hash(1));
        pool.Release(table.ToArray());
        Assert.Equal(1, pool.Cached);
        Assert.True(pool.TryFind(Hash(1), out int block));
        Assert.Equal(table[0], block);
    }

    [Fact]
    public void Release_TheFindableOfTwo_TheOtherIsFoundAndNothingIsCachedTwice()
    {
        var pool = new BlockPool(3);
        List<int> table = Take(pool, 2);
        pool.Register(table[0], Hash(1));
        pool.Register(table[1], Hash(1));
        pool.Release([table[0]]);
        Assert.Equal((1, 0, 2), (pool.Used, pool.Cached, pool.Free));
        Take(pool, 2);
        Assert.True(pool.TryFind(Hash(1), out int block));
        Assert.Equal(table[1], block);
    }

    [Fact]
    public void Register_WhatIsCached_TheHeldOneIsFoundAndTheCachedOneIsFree()
    {
        var pool = new BlockPool(3);
        int[] old = [.. Take(pool, 1)];
        pool.Register(old[0], Hash(1));
        pool.Release(old);
        List<int> table = Take(pool, 2);
        pool.Register(table[1], Hash(1));
        Assert.Equal((2, 0, 1), (pool.Used, pool.Cached, pool.Free));
        Assert.True(pool.TryFind(Hash(1), out int block));
        Assert.Equal(table[1], block);
        Assert.Equal(old, Take(pool, 1));
    }

    [Fact]
    public void Forget_OneOfTwo_TheOtherIsFound()
    {
        var pool = new BlockPool(3);
        List<int> table = Take(pool, 2);
        pool.Register(table[0], Hash(1));
        pool.Register(table[1], Hash(1));
        pool.Forget(table[0]);
        Assert.True(pool.TryFind(Hash(1), out int block));
        Assert.Equal(table[1], block);
        pool.Forget(table[1]);
        pool.Forget(table[1]);
        Assert.False(pool.TryFind(Hash(1), out _));
        pool.Release(table.ToArray());
        Assert.Equal((0, 0, 3), (pool.Used, pool.Cached, pool.Free));
    }

    [Fact]
    public void Misuse_Throws()
    {
        var pool = new BlockPool(2);
        Assert.Throws<InvalidOperationException>(() => pool.Register(0, Hash(1)));
        Assert.Throws<InvalidOperationException>(() => pool.Forget(0));
        Assert.Throws<InvalidOperationException>(() => pool.Share(0));
    }

    private static BlockHash Hash(int value) => new(0, (ulong)value);

    private static List<int> Take(BlockPool pool, int count)
    {
        List<int> table = [];
        Assert.True(pool.TryAllocate(count, table));
        return table;
    }
}
