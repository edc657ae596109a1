using System.Collections.Concurrent;
using System.Diagnostics;
using Baton.Core.Engine;

namespace Baton.Benchmarks.Handoff;

/// <summary>When a handoff's first and last chunk were made and when all of it had landed; one clock for both processes.</summary>
internal readonly record struct Arrival(long FirstMade, long LastMade, long LandedAt)
{
    public TimeSpan Whole => Stopwatch.GetElapsedTime(FirstMade, LandedAt);

    /// <summary>What was left to wait for after the prompt was computed.</summary>
    public TimeSpan Exposed => Stopwatch.GetElapsedTime(LastMade, LandedAt);
}

/// <summary>The handoffs that are waited for, in the decode side's process.</summary>
internal sealed class Arrivals
{
    private readonly ConcurrentDictionary<SequenceKey, (int Chunk, TaskCompletionSource<Arrival> Done)> _expected = new();

    public Task<Arrival> Expect(SequenceKey key, int chunkBlocks)
    {
        var done = new TaskCompletionSource<Arrival>(TaskCreationOptions.RunContinuationsAsynchronously);
        _expected[key] = (chunkBlocks, done);
        return done.Task;
    }

    /// <param name="key">What has landed.</param>
    /// <param name="made">Reads when its first and its last chunk, of a number of blocks, were made.</param>
    public void Landed(SequenceKey key, Func<int, (long First, long Last)> made)
    {
        var now = Stopwatch.GetTimestamp();
        if (_expected.TryRemove(key, out var expected))
        {
            var (first, last) = made(expected.Chunk);
            expected.Done.SetResult(new Arrival(first, last, now));
        }
    }
}
