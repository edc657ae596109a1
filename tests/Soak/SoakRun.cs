using System.Text.Json;
using Baton.Core.Costs;
using Baton.Testing;

namespace Baton.Soak;

/// <summary>One run: learn the right answers, disturb, wait for calm, look what is left.</summary>
internal sealed class SoakRun(SoakOptions options, TimeProvider time)
{
    private const int BlocksOfAWorker = 600;

    // Steps that last long enough for a fault to come in between.
    private static readonly WorkerProfile _light =
        new() { Name = "soak", PrefillLinear = 0.02, PrefillConstant = 4, DecodeFloor = 2 };

    private static readonly WorkerProfile _heavy = _light with { KvBytesPerToken = 32 << 10, Layers = 4 };

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _poll = TimeSpan.FromMilliseconds(500);

    private readonly SoakReport _report = new();
    private readonly Prompts _prompts = new(options.Seed);
    private readonly HashSet<int> _processes = [];

    public async Task<SoakReport> Run()
    {
        var started = time.GetTimestamp();
        var profile = Path.Combine(Path.GetTempPath(), $"baton-soak-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(profile, ProfileFile.Text(options.IsHeavy ? _heavy : _light));
        await using (var host = await HostProcess.StartAsync(
            "--engine", "simulated", "--sim-profile", profile, "--workers", "prefill=2,decode=2",
            "--kv-blocks", $"{BlocksOfAWorker}", "--data-plane", options.DataPlane))
        {
            await Soak(host);
        }
        File.Delete(profile);
        _report.SegmentsLeft = Leftovers.SharedSegments(_processes);
        _report.Seconds = Math.Round(time.GetElapsedTime(started).TotalSeconds, 1);
        return _report;
    }

    private async Task Soak(HostProcess host)
    {
        var cluster = new Cluster(host.Client, await host.Client.ModelAsync());
        await _prompts.Learn(cluster, options.Concurrency);
        var handles = Leftovers.Handles(host.Id);
        var files = Leftovers.Describe(host.Id);
        using var stop = new CancellationTokenSource();
        var faults = new Faults(cluster, _report, _processes, options.Seed, time);
        var disturbing = options.IsCalm ? Task.CompletedTask : faults.Run(stop.Token);
        await OrderAll(cluster);
        await stop.CancelAsync();
        await disturbing;

        using var patience = new CancellationTokenSource(_patience, time);
        await Calm(faults, patience.Token);
        _report.HandlesLeft = Math.Max(0, Leftovers.Handles(host.Id) - handles);
        if (!_report.IsClean)
        {
            await Console.Error.WriteLineAsync($"files before: {files}\nfiles after: {Leftovers.Describe(host.Id)}");
            await Explain(host, cluster);
        }
    }

    private async Task OrderAll(Cluster cluster)
    {
        var started = time.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Concurrency };
        await Parallel.ForEachAsync(Enumerable.Range(0, options.Handoffs), parallel, async (number, _) =>
        {
            if (time.GetElapsedTime(started).TotalMinutes < options.Minutes)
                await Order(cluster, new Random(unchecked((options.Seed * 1_000_003) + number)));
        });
    }

    private async Task Order(Cluster cluster, Random random)
    {
        _report.Ordered();
        var (prompt, most) = (Prompts.Any(random), random.Next(1, Prompts.MostTokens + 1));
        using var cancel = new CancellationTokenSource(
            random.Next(6) == 0 ? TimeSpan.FromMilliseconds(random.Next(250)) : Timeout.InfiniteTimeSpan, time);
        try
        {
            var (tokens, request, failure) = await cluster.Complete(_prompts.Of(prompt), most, cancel.Token);
            if (failure is not null)
                _report.HasFailed(failure);
            else if (_prompts.IsAnswer(prompt, most, tokens))
                _report.Answered(await cluster.WasHandedOver(request, CancellationToken.None));
            else
                _report.WasWrong();
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            _report.WasCancelled();
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or JsonException)
        {
            _report.HasFailed(e.Message);
        }
    }

    /// <summary>Waits until nothing is left; what then still is, is reported.</summary>
    private async Task Calm(Faults faults, CancellationToken patience)
    {
        try
        {
            do
            {
                await Task.Delay(_poll, time, patience);
                Look(await faults.Ready(patience));
            }
            while (_report.BlocksLeft + _report.HandoffsLeft + _report.SocketsLeft + _report.MappingsLeft > 0);
        }
        catch (OperationCanceledException)
        {
            // So much for patience.
        }
    }

    /// <summary>To the other output: which worker keeps what, and what the processes had to say.</summary>
    private static async Task Explain(HostProcess host, Cluster cluster)
    {
        foreach (var worker in await cluster.Workers(CancellationToken.None))
            await Console.Error.WriteLineAsync(worker.GetRawText());
        await Console.Error.WriteLineAsync(host.Output);
    }

    private void Look(JsonElement[] workers)
    {
        int Sum(string name) => workers.Sum(w => w.GetProperty(name).GetInt32());
        int[] processes = [.. workers.Select(w => w.GetProperty("pid").GetInt32())];
        _report.BlocksLeft = Sum("kvBlocksUsed");
        _report.HandoffsLeft = Sum("handoffsInFlight");
        _report.SocketsLeft = processes.Sum(Leftovers.HalfClosed);
        _report.MappingsLeft = processes.Sum(Leftovers.DeadMappings);
    }
}
