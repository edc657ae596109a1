using System.Diagnostics;
using Baton.Testing;

namespace Baton.Benchmarks.Handoff;

/// <summary>Speed and processor time of ways to move bytes, over repetitions.</summary>
internal sealed class Rate
{
    private readonly Samples _megabytesPerSecond = new();
    private readonly Samples _processorSecondsPerGigabyte = new();

    /// <summary>Millions of bytes a second; the median.</summary>
    public double MBps => _megabytesPerSecond.Median;

    /// <summary>Of both processes together; the median.</summary>
    public double CpuSecondsPerGB => _processorSecondsPerGigabyte.Median;

    public async Task MeasureAsync(Pair pair, long bytes, Func<Task> move)
    {
        var processor = pair.ProcessorTime;
        var start = Stopwatch.GetTimestamp();
        await move();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _megabytesPerSecond.Add(bytes / seconds / 1e6);
        _processorSecondsPerGigabyte.Add((pair.ProcessorTime - processor).TotalSeconds / (bytes / 1e9));
    }
}
