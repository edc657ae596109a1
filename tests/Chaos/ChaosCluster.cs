using System.Globalization;
using System.Text.Json;
using Baton.Core.Costs;
using Baton.Testing;

namespace Baton.Chaos;

/// <summary>Two gateways and four workers, each a process, joined by Redis; whoever is killed is replaced.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public const int Gateways = 2;
    public const int Workers = 4;

    private const int StartAttempts = 3;

    private static readonly string[] _roles = ["gateway", "gateway", "prefill", "prefill", "decode", "decode"];

    // Steps that last long enough for a fault to come in between, and that leave two cores something for the streams.
    private static readonly WorkerProfile _profile =
        new() { Name = "chaos", PrefillLinear = 0.02, PrefillConstant = 8, DecodeFloor = 30 };

    private readonly string _profileFile = Path.Combine(Path.GetTempPath(), $"baton-chaos-{Guid.NewGuid():N}.json");
    private readonly HttpClient _client = new();
    private readonly RedisServer _redis;
    private readonly int _kvBlocks;
    private readonly HostProcess[] _processes = new HostProcess[_roles.Length];
    private readonly Task[] _busy = [.. Enumerable.Repeat(Task.CompletedTask, _roles.Length)];
    private readonly int[] _ports = [HostProcess.FreePort(), HostProcess.FreePort()];
    private readonly List<string> _outputs = [];
    private readonly string _secret = Guid.NewGuid().ToString("N");

    private ChaosCluster(RedisServer redis, int kvBlocks) => (_redis, _kvBlocks) = (redis, kvBlocks);

    public IReadOnlyList<Uri> Urls => [.. _ports.Select(p => new Uri($"http://127.0.0.1:{p}"))];

    /// <param name="kvBlocks">Of each worker. A pool's memory is taken when its blocks are first used.</param>
    public static async Task<ChaosCluster> StartAsync(int kvBlocks)
    {
        var cluster = new ChaosCluster(await RedisServer.StartAsync(), kvBlocks);
        await File.WriteAllTextAsync(cluster._profileFile, ProfileFile.Text(_profile));
        for (var i = 0; i < _roles.Length; i++)
        {
            cluster._processes[i] = await cluster.LaunchAsync(i);
        }

        return cluster;
    }

    /// <summary>Kills a gateway or a worker whose like is there; false when there is none such now.</summary>
    public bool TryKill(Random random, bool gateway)
    {
        if (Choose(random, gateway) is not { } place)
        {
            return false;
        }

        _processes[place].Kill();
        Replace(place);
        return true;
    }

    /// <summary>Asks a gateway or a worker to leave.</summary>
    public bool TryDrain(Random random, bool gateway)
    {
        if (Choose(random, gateway) is not { } place)
        {
            return false;
        }

        _busy[place] = DrainAsync(place);
        return true;
    }

    /// <summary>Bytes of memory that each process has resident.</summary>
    public IReadOnlyDictionary<string, long> Resident() => _processes
        .Select((process, place) => (Name: $"{_roles[place]} {process.Id}", Bytes: ResidentOf(process.Id)))
        .Where(p => p.Bytes > 0)
        .ToDictionary(p => p.Name, p => p.Bytes);

    private static long ResidentOf(int process)
    {
        try
        {
            return long.Parse(File.ReadAllText($"/proc/{process}/statm").Split(' ')[1], CultureInfo.InvariantCulture)
                * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Stops a worker for a while. It was given up meanwhile: it must end by itself, and is replaced.</summary>
    public bool TryHangWorker(Random random, TimeSpan duration, TimeProvider time)
    {
        if (Choose(random, gateway: false) is not { } place)
        {
            return false;
        }

        _busy[place] = HangAsync(place, duration, time);
        return true;
    }

    /// <summary>Waits until every place is filled again.</summary>
    public Task SettleAsync() => Task.WhenAll(_busy);

    public async Task StopRedisAsync(TimeSpan duration, TimeProvider time)
    {
        ProcessSignal.Send("-STOP", _redis.ProcessId ?? throw new InvalidOperationException("Redis is not a process here."));
        await Task.Delay(duration, time);
        ProcessSignal.Send("-CONT", _redis.ProcessId.Value);
    }

    /// <summary>The workers, as the first gateway that answers sees them.</summary>
    public async Task<JsonElement> StateAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _client.GetJsonAsync(new Uri(Urls[0], "cluster").ToString(), cancellationToken);
        }
        catch (HttpRequestException)
        {
            return await _client.GetJsonAsync(new Uri(Urls[1], "cluster").ToString(), cancellationToken);
        }
    }

    /// <summary>What happened to a request, as the cluster tells it.</summary>
    public async Task<string> StoryAsync(string request)
    {
        try
        {
            return (await _client.GetJsonAsync(new Uri(Urls[0], $"cluster/requests/{request}").ToString()))
                .GetProperty("timeline").GetRawText();
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
    }

    /// <summary>What all processes wrote, the dead included.</summary>
    public string Output => string.Join("\n---\n", _outputs.Concat(_processes.Select(p => p.Output)));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes.Reverse().OfType<HostProcess>())
        {
            await process.DisposeAsync();
        }

        _client.Dispose();
        await _redis.DisposeAsync();
        File.Delete(_profileFile);
    }

    private Task<HostProcess> LaunchAsync(int place) => HostProcess.StartAsync(
        new Dictionary<string, string> { ["BATON_CLUSTER_SECRET"] = _secret },
        [
            "--cluster", $"redis={_redis.Endpoint}", "--role", _roles[place], "--engine", "simulated",
            "--sim-profile", _profileFile, "--kv-blocks", _kvBlocks.ToString(CultureInfo.InvariantCulture),
            .. place < Gateways ? (string[])["--urls", Urls[place].ToString()] : [],
        ]);

    private int? Choose(Random random, bool gateway)
    {
        var whole = Enumerable.Range(0, _roles.Length)
            .Where(i => _roles[i] == "gateway" == gateway && _busy[i].IsCompleted
                && Enumerable.Range(0, _roles.Length).All(j => _roles[j] != _roles[i] || _busy[j].IsCompleted))
            .ToList();
        return whole.Count == 0 ? null : whole[random.Next(whole.Count)];
    }

    private async Task DrainAsync(int place)
    {
        await _processes[place].StopAsync();
        await ReplaceAsync(place);
    }

    private async Task HangAsync(int place, TimeSpan duration, TimeProvider time)
    {
        var process = _processes[place];
        ProcessSignal.Send("-STOP", process.Id);
        await Task.Delay(duration, time);
        ProcessSignal.Send("-CONT", process.Id);
        await process.ExitedAsync();
        await ReplaceAsync(place);
    }

    private void Replace(int place) => _busy[place] = ReplaceAsync(place);

    private async Task ReplaceAsync(int place)
    {
        var old = _processes[place];
        await old.ExitedAsync();
        lock (_outputs)
        {
            _outputs.Add($"[{_roles[place]} {old.Id}]\n{old.Output}");
        }

        _processes[place] = await StartAgainAsync(place);
        await old.DisposeAsync();
    }

    // As what keeps processes running does: a start that was taken for a hang, on a busy machine, is made again.
    private async Task<HostProcess> StartAgainAsync(int place)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await LaunchAsync(place);
            }
            catch (Exception e) when (attempt < StartAttempts)
            {
                await Console.Error.WriteLineAsync($"a {_roles[place]} did not start: {e.Message.Split('\n')[0]}");
            }
        }
    }
}
