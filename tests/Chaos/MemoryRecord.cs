using Baton.Testing;

namespace Baton.Chaos;

/// <summary>What each process had resident, second by second.</summary>
internal sealed class MemoryRecord
{
    // A start fills caches and compiles; what grows after it would grow for ever.
    private const int WarmUp = 30;

    // A collection may just have been, or be due: medians of some seconds, not single ones.
    private const int Window = 10;

    private readonly Dictionary<string, List<long>> _processes = [];

    public void Add(IReadOnlyDictionary<string, long> resident)
    {
        foreach (var (process, bytes) in resident)
        {
            if (!_processes.TryGetValue(process, out var seconds))
            {
                _processes.Add(process, seconds = []);
            }

            seconds.Add(bytes);
        }
    }

    /// <summary>By how much each process has grown that lived long enough, in per cent.</summary>
    public IReadOnlyDictionary<string, double> Growth => _processes
        .Where(p => p.Value.Count >= WarmUp + (2 * Window))
        .ToDictionary(p => p.Key, p => Math.Round(
            100 * ((Median(p.Value[^Window..]) / Median(p.Value.GetRange(WarmUp, Window))) - 1), 2));

    private static double Median(List<long> values)
    {
        var samples = new Samples();
        values.ForEach(v => samples.Add(v));
        return samples.Median;
    }
}
