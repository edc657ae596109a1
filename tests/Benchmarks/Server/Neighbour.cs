using System.Diagnostics;

namespace Baton.Benchmarks.Server;

/// <summary>
/// Keeps processors as busy as others did, doing nothing: a machine whose cores share a clock, caches or a hypervisor's
/// favour is slower when more of them work, whoever it is that works.
/// </summary>
internal sealed class Neighbour : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10);

    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _stop = new();

    /// <param name="processors">How many, on average.</param>
    public Neighbour(double processors)
    {
        _threads = [.. Enumerable.Range(0, (int)Math.Ceiling(processors)).Select(i => Start(Math.Min(1, processors - i)))];
    }

    public void Dispose()
    {
        _stop.Set();
        foreach (var thread in _threads)
            thread.Join();

        _stop.Dispose();
    }

    private Thread Start(double share)
    {
        var thread = new Thread(() => Work(share)) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private void Work(double share)
    {
        do
        {
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < share * Period)
                Thread.SpinWait(1);
        }
        while (!_stop.Wait((1 - share) * Period));
    }
}
