namespace Baton.Simulation;

public sealed class ReplayTests
{
    private const int Worlds = 40;

    [Fact]
    public async Task World_OfOneSeed_IsReplayedToTheLetter()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var first = await Seeds.Play(seed, isTraced: true);
            var second = await Seeds.Play(seed, isTraced: true);

            Assert.NotEmpty(first.Trace.Lines);
            Assert.Equal(first.Trace.Lines, second.Trace.Lines);
        }
    }

    [Fact]
    public void Pool_HasOneThread()
    {
        ThreadPool.GetMaxThreads(out var threads, out _);

        Assert.Equal(1, threads);
    }
}
