using Baton.Core.Caching;
using CsCheck;

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
    public void Register_Duplicate_FirstStaysAndTheOtherIsPlain()
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
    public void Misuse_Throws()
    {
        var pool = new BlockPool(2);
        Assert.Throws<InvalidOperationException>(() => pool.Register(0, Hash(1)));
        Assert.Throws<InvalidOperationException>(() => pool.Share(0));
    }

    /// <summary>Any interleaving against plain counting: holders, the three counts, and no block given twice.</summary>
    [Fact]
    public void Anything_InAnyOrder_CountsHold() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 99]).Array[1, 200].Sample(operations =>
        {
            const int total = 12;
            var pool = new BlockPool(total);
            var holders = new int[total];
            List<int> held = [];
            foreach ((int kind, int value) in operations)
            {
                switch (kind)
                {
                    case 0:
                        List<int> table = [];
                        int count = value % 5;
                        Assert.Equal(count <= total - pool.Used, pool.TryAllocate(count, table));
                        Assert.All(table, block => Assert.Equal(0, holders[block]));
                        table.ForEach(block => holders[block]++);
                        held.AddRange(table);
                        break;
                    case 1 when held.Count > 0:
                        int freed = held[value % held.Count];
                        held.Remove(freed);
                        holders[freed]--;
                        pool.Release([freed]);
                        break;
                    case 2 when held.Count > 0:
                        pool.Register(held[value % held.Count], Hash(value % 9));
                        break;
                    case 3 when pool.TryFind(Hash(value % 9), out int shared):
                        pool.Share(shared);
                        holders[shared]++;
                        held.Add(shared);
                        break;
                }

                Assert.Equal(holders, Enumerable.Range(0, total).Select(pool.Holders));
                Assert.Equal(holders.Count(h => h > 0), pool.Used);
                Assert.True(pool.Cached >= 0 && pool.Free >= 0);
                Assert.Equal(CountCached(pool), pool.Cached);
            }

            pool.Release([.. held]);
            Assert.Equal(0, pool.Used);
            Assert.True(pool.TryAllocate(total, []));
        });

    private static int CountCached(BlockPool pool) => Enumerable.Range(0, 9).Count(
        i => pool.TryFind(Hash(i), out int block) && pool.Holders(block) == 0);

    private static BlockHash Hash(int value) => new(0, (ulong)value);

    private static List<int> Take(BlockPool pool, int count)
    {
        List<int> table = [];
        Assert.True(pool.TryAllocate(count, table));
        return table;
    }
}
