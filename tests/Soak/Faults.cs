using System.Text.Json;
using Baton.Testing;

namespace Baton.Soak;

/// <summary>Kills a worker, or stops one for a while: short enough to be waited for, or so long that it is given up.</summary>
internal sealed class Faults(
    Cluster cluster, SoakReport report, HashSet<int> processes, int seed, TimeProvider time)
{
    private const int Workers = 4;

    private static readonly TimeSpan _longestStop = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan _longestCalm = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(200);

    /// <summary>One fault after another, each once the cluster has recovered from the last.</summary>
    public async Task Run(CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var workers = await Ready(cancellationToken);
                await Task.Delay(_longestCalm * random.NextDouble(), time, cancellationToken);
                var process = Id(workers[random.Next(workers.Length)]);
                if (random.Next(2) == 0)
                    Kill(process);
                else
                    await Stop(process, _longestStop * random.NextDouble());
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Returns once every worker is there, and none that has been given up.</summary>
    public async Task<JsonElement[]> Ready(CancellationToken cancellationToken)
    {
        while (true)
        {
            var workers = await cluster.Workers(cancellationToken);
            processes.UnionWith(workers.Select(Id));
            if (workers.Length == Workers && workers.All(w => w.GetProperty("state").GetString() == "ready"))
                return workers;
            await Task.Delay(_poll, time, cancellationToken);
        }
    }

    private static int Id(JsonElement worker) => worker.GetProperty("pid").GetInt32();

    private void Kill(int process)
    {
        report.Kills++;
        ProcessSignal.Send("-KILL", process);
    }

    /// <summary>Not to be cancelled: whoever is stopped is let go on.</summary>
    private async Task Stop(int process, TimeSpan duration)
    {
        report.Stops++;
        ProcessSignal.Send("-STOP", process);
        await Task.Delay(duration, time, CancellationToken.None);
        ProcessSignal.Send("-CONT", process);
    }
}
