using System.Globalization;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Benching;

/// <summary>Sends requests when they are due, whether earlier ones have ended or not, and waits for all.</summary>
internal sealed class BenchRun(BenchClient client, int mostAtOnce, TextWriter progress, TimeProvider time)
{
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(10);

    private int _ended;

    public async Task<(IReadOnlyList<BenchRequest> Requests, TimeSpan Took)> RunAsync(
        IEnumerable<Arrival> arrivals, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(mostAtOnce);
        var running = new List<Task<BenchRequest>>();
        var begun = time.GetTimestamp();
        using var telling = time.CreateTimer(_ => Tell(running.Count, begun), null, Told, Told);
        foreach (var arrival in arrivals)
        {
            var left = arrival.At - time.GetElapsedTime(begun);
            if (left > TimeSpan.Zero)
            {
                await Task.Delay(left, time, cancellationToken);
            }

            await places.WaitAsync(cancellationToken);
            var due = begun + (long)(arrival.At.TotalSeconds * time.TimestampFrequency);
            running.Add(OneAsync(places, arrival, running.Count, due, cancellationToken));
        }

        var requests = await Task.WhenAll(running);
        return (requests, time.GetElapsedTime(begun));
    }

    private async Task<BenchRequest> OneAsync(
        SemaphoreSlim places, Arrival arrival, int number, long due, CancellationToken cancellationToken)
    {
        try
        {
            return await client.RunAsync(arrival, number, due, cancellationToken);
        }
        finally
        {
            Interlocked.Increment(ref _ended);
            places.Release();
        }
    }

    private void Tell(int begun, long since) => progress.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{time.GetElapsedTime(since).TotalSeconds:0} s: {begun} requests begun, {Volatile.Read(ref _ended)} ended"));
}
