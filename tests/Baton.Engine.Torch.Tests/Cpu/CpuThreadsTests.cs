using Baton.Engine.Torch.Cpu;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed class CpuThreadsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Run_ManyRounds_EachPartOnceAndNoneAfterwards(int threads)
    {
        using var pool = new CpuThreads(threads);
        var work = new Counting(threads);
        for (var round = 0; round < 3000; round++)
        {
            var parts = 1 + (round % 17);
            work.Begin(parts);
            pool.Run(work, parts);
            Assert.All(work.Runs.Take(parts), n => Assert.Equal(1, n));
            Assert.Equal(parts, work.Total);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Run_PartsThatThrow_ThrownHereAndTheNextRoundIsWhole(int threads)
    {
        using var pool = new CpuThreads(threads);
        var work = new Counting(threads);
        for (var round = 0; round < 200; round++)
        {
            Assert.Throws<TimeZoneNotFoundException>(() => pool.Run(new Throwing(), 9));
            work.Begin(9);
            pool.Run(work, 9);
            Assert.All(work.Runs.Take(9), n => Assert.Equal(1, n));
        }
    }

    [Fact]
    public void Dispose_Idle_EndsItsThreads()
    {
        var pool = new CpuThreads(4);
        pool.Run(new Counting(4), 1);
        pool.Dispose();
    }

    private sealed class Throwing : IParts
    {
        public void Run(int part, int thread) => throw new TimeZoneNotFoundException();
    }

    private sealed class Counting(int threads) : IParts
    {
        private int _total;

        public int[] Runs { get; } = new int[32];

        public int Total => Volatile.Read(ref _total);

        public void Begin(int parts)
        {
            Array.Clear(Runs, 0, parts);
            _total = 0;
        }

        public void Run(int part, int thread)
        {
            Assert.InRange(thread, 0, threads - 1);
            Interlocked.Increment(ref Runs[part]);
            Interlocked.Increment(ref _total);
        }
    }
}
