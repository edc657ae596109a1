using System.Text.Json;
using Baton.Client;

namespace Baton.Chaos;

/// <summary>One run: learn the right answers, stream and break, wait for calm, count what is left.</summary>
internal sealed class ChaosRun(ChaosOptions options, TimeProvider time)
{
    private static readonly TimeSpan _redisAway = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _apart = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(200);

    // Filled within a weighing's warm-up: from then on its memory grows no further.
    private const int SmallPool = 1200;
    private const int LargePool = 4000;
    private const double LongSilence = 1;
    private const int LongestLifeMs = 5000;

    private readonly ChaosReport _report = new();
    private readonly Prompts _prompts = new(options.Seed, options.Tokens);

    public async Task<ChaosReport> RunAsync()
    {
        await Console.Error.WriteLineAsync("starting two gateways, two prefill and two decode workers");
        await using var cluster = await ChaosCluster.StartAsync(options.Faults is [Fault.None] ? SmallPool : LargePool);
        await CalmAsync(cluster);
        await using (var client = NewClient(cluster, first: 0))
        {
            await _prompts.LearnAsync(client);
        }

        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(options.Seconds), time);
        var breaking = BreakAsync(cluster, end.Token);
        var weighing = WeighAsync(cluster, end.Token);
        await Task.WhenAll(Enumerable.Range(0, options.Streams).Select(i => StreamAsync(cluster, i, end.Token)));
        await Task.WhenAll(breaking, weighing);
        await cluster.SettleAsync();
        await CalmAsync(cluster);
        if (options.Verbose || !_report.IsClean)
        {
            await Console.Error.WriteLineAsync(cluster.Output);
        }

        return _report;
    }

    private async Task WeighAsync(ChaosCluster cluster, CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(end))
            {
                _report.Memory.Add(cluster.Resident());
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    private async Task BreakAsync(ChaosCluster cluster, CancellationToken end)
    {
        var random = new Random(options.Seed);
        var faults = options.Faults.Where(f => f is not (Fault.Drop or Fault.Cancel or Fault.None)).ToArray();
        try
        {
            while (faults.Length > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(options.Every), time, end);
                var fault = faults[random.Next(faults.Length)];
                await Console.Error.WriteLineAsync($"fault: {fault}; {_report.Streams} streams ended, {_report.Failed.Values.Sum()} failed");
                if (await TryAsync(fault, cluster, random))
                {
                    _report.HasBroken(fault);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The time is over.
        }
    }

    private async Task<bool> TryAsync(Fault fault, ChaosCluster cluster, Random random)
    {
        switch (fault)
        {
            case Fault.Kill or Fault.Gateway:
                return cluster.TryKill(random, gateway: fault == Fault.Gateway);
            case Fault.Drain or Fault.Leave:
                return cluster.TryDrain(random, gateway: fault == Fault.Leave);
            case Fault.Hang:
                return cluster.TryHangWorker(random, TimeSpan.FromSeconds(options.StopSeconds), time);
            default:
                await cluster.StopRedisAsync(_redisAway, time);
                return true;
        }
    }

    /// <summary>One answer after the other until the time is over.</summary>
    private async Task StreamAsync(ChaosCluster cluster, int number, CancellationToken end)
    {
        // Not all at the same moment: that would measure how fast this process opens its first connections.
        await Task.Delay(_apart * number, time, CancellationToken.None);
        var random = new Random(unchecked((options.Seed * 1_000_003) + number));
        while (!end.IsCancellationRequested)
        {
            var (prompt, stream) = (Prompts.Any(random), new Stream(time));
            try
            {
                await ReadAsync(cluster, _prompts.Of(prompt), stream, random);
                await TellAsync(cluster, stream);
                _report.Ended(_prompts.IsAnswer(prompt, stream.Tokens, stream.IsCancelled), stream);
            }
            catch (Exception e)
            {
                _report.HasFailed(e.Message.Replace(stream.RequestId, "...", StringComparison.Ordinal));
                await Task.Delay(_poll, time, CancellationToken.None);
            }
        }
    }

    /// <summary>Reads an answer to its end, by as many connections as it takes.</summary>
    private async Task ReadAsync(ChaosCluster cluster, ChatRequest request, Stream stream, Random random)
    {
        var id = stream.RequestId;
        while (!stream.HasEnded)
        {
            await using var client = NewClient(cluster, random.Next(ChaosCluster.Gateways));
            var cutAt = options.Faults.Contains(Fault.Drop) ? stream.Next + random.Next(1, options.Tokens) : int.MaxValue;
            var cancelling = options.Faults.Contains(Fault.Cancel) ? CancelAsync(client, id, random) : Task.CompletedTask;
            var tokens = stream.Next == 0
                ? client.GenerateAsync(request with { RequestId = id })
                : client.ResumeAsync(id, stream.Next);
            await foreach (var token in tokens)
            {
                stream.Take(token);
                if (stream.Next >= cutAt && !stream.HasEnded)
                {
                    _report.Dropped();
                    break;
                }
            }

            await cancelling;
        }
    }

    // At any moment from before its prompt runs to about its end.
    private async Task CancelAsync(BatonClient client, string id, Random random)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(LongestLifeMs)), time, CancellationToken.None);
        await client.CancelAsync(id, CancellationToken.None);
    }

    /// <summary>What happened to a stream, where it matters: that it was quiet for long, or that it was moved.</summary>
    private async Task TellAsync(ChaosCluster cluster, Stream stream)
    {
        var isQuiet = options.Verbose && stream.SilenceSeconds > LongSilence;
        if (!isQuiet && !options.Faults.Contains(Fault.Drain))
        {
            return;
        }

        var story = await cluster.StoryAsync(stream.RequestId);
        Moves.Pauses(story).ForEach(_report.HasPaused);

        if (isQuiet)
        {
            await Console.Error.WriteLineAsync(
                $"quiet for {stream.SilenceSeconds:F2} s before token {stream.SilentBefore}, at {stream.SilentAt:O}: {story}");
        }
    }

    private BatonClient NewClient(ChaosCluster cluster, int first) => new(new BatonClientOptions
    {
        Url = cluster.Urls[first],
        OtherUrls = [.. cluster.Urls.Where((_, i) => i != first)],
        Time = time,
    });

    /// <summary>Waits until every worker is there and idle; what then still is, is reported.</summary>
    private async Task CalmAsync(ChaosCluster cluster)
    {
        var started = time.GetTimestamp();
        using var patience = new CancellationTokenSource(_patience, time);
        try
        {
            while (true)
            {
                var state = await cluster.StateAsync(patience.Token);
                var workers = state.GetProperty("workers").EnumerateArray()
                    .Where(w => w.GetProperty("state").GetString() == "ready").ToList();
                _report.Migrations = state.GetProperty("totals").GetProperty("migrations").GetInt64();
                _report.Recomputes = state.GetProperty("totals").GetProperty("recomputes").GetInt64();
                _report.Left = workers.Sum(w => Count(w, "running") + Count(w, "kvBlocksUsed") + Count(w, "handoffsInFlight"));
                if (workers.Count == ChaosCluster.Workers && _report.Left == 0)
                {
                    _report.CalmSeconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 2);
                    return;
                }

                await Task.Delay(_poll, time, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // So much for patience.
        }
    }

    private static int Count(JsonElement worker, string name) => worker.GetProperty(name).GetInt32();
}
