using System.Globalization;
using Baton.Simulation.Time;

namespace Baton.Simulation;

/// <summary>What happened in a world, for people; kept only where somebody will read it.</summary>
internal sealed class Trace(VirtualTime time, bool isKept)
{
    private readonly List<string> _lines = [];

    public bool IsKept => isKept;

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string from, string to, string what) => Add($"{from} -> {to}: {what}");

    public void Add(string what)
    {
        if (isKept)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{time.Elapsed.TotalMilliseconds,10:0.000} {what}"));
        }
    }
}
