using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Baton.Engine.Simulated;
using Baton.Testing;

namespace Baton.Chaos;

/// <summary>Two gateways and four workers, each a process, joined by Redis; whoever is killed is replaced.</summary>
internal sealed class ChaosCluster : IAsyncDisposable
{
    public const int Gateways = 2;
    public const int Workers = 4;

    private static readonly string[] _roles = ["gateway", "gateway", "prefill", "prefill", "decode", "decode"];

    // Steps that last long enough for a fault to come in between, and that leave two cores something for the streams.
    private static readonly SimulationProfile _profile =
        new() { Name = "chaos", PrefillLinear = 0.02, PrefillConstant = 8, DecodeFloor = 30 };

    private readonly string _profileFile = Path.Combine(Path.GetTempPath(), $"baton-chaos-{Guid.NewGuid():N}.json");
    private readonly HttpClient _client = new();
    private readonly RedisServer _redis;
    private readonly HostProcess[] _processes = new HostProcess[_roles.Length];
    private readonly int[] _ports = [HostProcess.FreePort(), HostProcess.FreePort()];
    private readonly List<string> _outputs = [];
    private readonly string _secret = Guid.NewGuid().ToString("N");

    private ChaosCluster(RedisServer redis) => _redis = redis;

    public IReadOnlyList<Uri> Urls => [.. _ports.Select(p => new Uri($"http://127.0.0.1:{p}"))];

    public static async Task<ChaosCluster> StartAsync()
    {
        var cluster = new ChaosCluster(await RedisServer.StartAsync());
        await File.WriteAllTextAsync(cluster._profileFile, _profile.ToJson());
        for (var i = 0; i < _roles.Length; i++)
        {
            cluster._processes[i] = await cluster.StartAsync(i);
        }

        return cluster;
    }

    public Task KillGatewayAsync(Random random) => ReplaceAsync(random.Next(Gateways));

    public Task KillWorkerAsync(Random random) => ReplaceAsync(random.Next(Gateways, _roles.Length));

    /// <summary>Stops a worker for a while. Whoever was given up meanwhile ends by itself, and is replaced.</summary>
    public async Task HangWorkerAsync(Random random, TimeSpan duration, TimeProvider time)
    {
        var place = random.Next(Gateways, _roles.Length);
        var process = _processes[place];
        await SignalAsync("-STOP", process.Id);
        await Task.Delay(duration, time);
        await SignalAsync("-CONT", process.Id);
        await ReplaceAsync(place);
    }

    public async Task StopRedisAsync(TimeSpan duration, TimeProvider time)
    {
        await SignalAsync("-STOP", _redis.ProcessId ?? throw new InvalidOperationException("Redis is not a process here."));
        await Task.Delay(duration, time);
        await SignalAsync("-CONT", _redis.ProcessId.Value);
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

    private Task<HostProcess> StartAsync(int place) => HostProcess.StartAsync(
        new Dictionary<string, string> { ["BATON_CLUSTER_SECRET"] = _secret },
        [
            "--cluster", $"redis={_redis.Endpoint}", "--role", _roles[place], "--engine", "simulated",
            "--sim-profile", _profileFile, "--kv-blocks", "4000",
            .. place < Gateways ? (string[])["--urls", Urls[place].ToString()] : [],
        ]);

    private async Task ReplaceAsync(int place)
    {
        var old = _processes[place];
        old.Kill();
        lock (_outputs)
        {
            _outputs.Add($"[{_roles[place]} {old.Id}]\n{old.Output}");
        }

        _processes[place] = await StartAsync(place);
        await old.DisposeAsync();
    }

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
