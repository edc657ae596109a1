using Baton.Core.Caching;
using CsCheck;

namespace Baton.Core.Tests.Caching;

public sealed class BlockPoolPropertyTests
{
    private const int Contents = 9;

    /// <summary>Any interleaving against the books kept plainly: who holds what, what is found, and what is lost when.</summary>
    [Fact]
    public void Anything_InAnyOrder_AsThePlainBooks()
    {
        int evicted = 0;
        int duplicates = 0;
        Gen.Select(Gen.Int[0, 5], Gen.Int[0, 99]).Array[1, 200].Sample(operations =>
        {
            var books = new PlainBooks();
            foreach ((int kind, int value) in operations)
                books.Do(kind, value);
            books.Finish();
            Interlocked.Add(ref evicted, books.Evicted);
            Interlocked.Add(ref duplicates, books.Duplicates);
        });
        Assert.True(evicted > 100 && duplicates > 100, $"{evicted} {duplicates}");
    }

    private sealed class PlainBooks
    {
        private const int Total = 12;

        private readonly BlockPool _pool = new(Total);
        private readonly List<int> _held = [];
        private readonly Dictionary<int, int> _contents = [];

        // Contents that nobody holds, the one released longest ago first.
        private readonly List<int> _cached = [];

        public int Evicted { get; private set; }

        public int Duplicates { get; private set; }

        private int Used => _held.Distinct().Count();

        public void Do(int kind, int value)
        {
            int held = _held.Count > 0 ? _held[value % _held.Count] : -1;
            switch (kind)
            {
                case 0:
                    Allocate(value % 5);
                    break;
                case 1 when held >= 0:
                    Release(held);
                    break;
                case 2 or 3 when held >= 0:
                    Register(held, value % Contents);
                    break;
                case 4 when _pool.TryFind(Hash(value % Contents), out int found):
                    _pool.Share(found);
                    _held.Add(found);
                    if (_cached.Remove(value % Contents))
                        _contents[found] = value % Contents;
                    break;
                case 5 when held >= 0 && value < 30:
                    _pool.Forget(held);
                    _contents.Remove(held);
                    break;
            }

            Check();
        }

        public void Finish()
        {
            _pool.Release([.. _held]);
            Assert.Equal(0, _pool.Used);
            Assert.True(_pool.TryAllocate(Total, []));
        }

        private void Allocate(int count)
        {
            List<int> table = [];
            int free = Total - Used - _cached.Count;
            Assert.Equal(count <= Total - Used, _pool.TryAllocate(count, table));
            Assert.Empty(table.Intersect(_held));
            int lost = Math.Max(0, table.Count - free);
            _cached.RemoveRange(0, lost);
            _held.AddRange(table);
            Evicted += lost;
        }

        private void Release(int block)
        {
            _pool.Release([block]);
            _held.Remove(block);
            if (_held.Contains(block) || !_contents.Remove(block, out int content))
                return;
            if (!_contents.ContainsValue(content))
                _cached.Add(content);
        }

        private void Register(int block, int content)
        {
            _pool.Register(block, Hash(content));
            if (_contents.ContainsKey(block))
                return;
            Duplicates += _contents.ContainsValue(content) || _cached.Contains(content) ? 1 : 0;
            _contents.Add(block, content);
            _cached.Remove(content);
        }

        private void Check()
        {
            for (int block = 0; block < Total; block++)
                Assert.Equal(_held.Count(b => b == block), _pool.Holders(block));
            Assert.Equal((Used, _cached.Count), (_pool.Used, _pool.Cached));
            for (int content = 0; content < Contents; content++)
            {
                bool isHeld = _contents.ContainsValue(content);
                Assert.Equal(isHeld || _cached.Contains(content), _pool.TryFind(Hash(content), out int found));
                if (isHeld)
                    Assert.Equal(content, _contents[found]);
            }
        }

        private static BlockHash Hash(int content) => new(0, (ulong)content);
    }
}
