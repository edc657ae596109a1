using System.Globalization;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Benchmarks.Autoscale;

/// <summary>How many workers of each phase were wanted and ready, as long as it looks.</summary>
internal sealed class ScaleRecord(HttpClient client, TimeProvider time) : IAsyncDisposable
{
    public static readonly string[] Phases = ["prefill", "decode"];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly long _since = time.GetTimestamp();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, List<(TimeSpan At, int Desired, int Ready)>> _seen =
        Phases.ToDictionary(p => p, _ => new List<(TimeSpan, int, int)>());
    private Task _looking = Task.CompletedTask;

    public TimeSpan Now => time.GetElapsedTime(_since);

    public void Start() => _looking = LookAsync();

    public int Ready(string phase) => _seen[phase] is [.., var last] ? last.Ready : 0;

    public int Most(string phase, TimeSpan from) =>
        _seen[phase].Where(s => s.At >= from).Select(s => s.Ready).DefaultIfEmpty().Max();

    /// <summary>From a moment until the phase had more ready workers than then; null when it never had.</summary>
    public TimeSpan? UntilMore(string phase, TimeSpan from)
    {
        var then = _seen[phase].LastOrDefault(s => s.At <= from).Ready;
        return _seen[phase].FirstOrDefault(s => s.At > from && s.Ready > then) is { Ready: > 0 } more ? more.At - from : null;
    }

    /// <summary>Times that a phase was made larger, smaller and larger again within a minute.</summary>
    public int Swings(string phase)
    {
        var changes = _seen[phase].Zip(_seen[phase].Skip(1), (a, b) => (b.At, Change: b.Desired - a.Desired))
            .Where(c => c.Change != 0).ToList();
        return changes.Zip(changes.Skip(1)).Zip(changes.Skip(2), (pair, third) => (First: pair.First, Second: pair.Second, Third: third))
            .Count(c => c.First.Change > 0 && c.Second.Change < 0 && c.Third.Change > 0
                && c.Third.At - c.First.At < TimeSpan.FromMinutes(1));
    }

    /// <summary>Worker-seconds of a phase, those that started and drained counted while they were wanted or ready.</summary>
    public double WorkerSeconds(string phase) => _seen[phase].Zip(_seen[phase].Skip(1), (a, b) =>
        Math.Max(a.Desired, a.Ready) * (b.At - a.At).TotalSeconds).Sum();

    public async Task<bool> WaitAsync(Func<bool> condition, TimeSpan patience)
    {
        var from = Now;
        while (!condition() && Now - from < patience)
        {
            await Task.Delay(Look, time);
        }

        return condition();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync()
    {
        var told = "";
        while (!_stop.IsCancellationRequested)
        {
            var cluster = await client.GetJsonAsync("/cluster", CancellationToken.None);
            foreach (var phase in Phases)
            {
                var scale = cluster.GetProperty("scale").GetProperty(phase);
                _seen[phase].Add((Now, scale.GetProperty("desired").GetInt32(), scale.GetProperty("ready").GetInt32()));
            }

            var line = string.Join("  ", Phases.Select(p => $"{p} {_seen[p][^1].Desired} wanted {_seen[p][^1].Ready} ready"));
            if (line != told)
            {
                await Console.Error.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture, $"{Now.TotalSeconds,6:0.0} s  {line}  {Latest(cluster)}"));
                told = line;
            }

            await Task.Delay(Look, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static string Latest(JsonElement cluster)
    {
        var all = cluster.GetProperty("decisions");
        if (all.GetArrayLength() == 0)
        {
            return "";
        }

        var changes = Phases.Select(p => all[0].GetProperty(p))
            .Where(p => p.GetProperty("desired").GetInt32() != p.GetProperty("current").GetInt32())
            .Select(p => p.GetProperty("why").GetString());
        return string.Join("  ", [all[0].GetProperty("outcome").GetString(), .. changes]);
    }
}
