using System.Globalization;

namespace Baton.Benchmarks.Handoff;

/// <summary>How a prompt's KV comes into being.</summary>
/// <param name="Blocks">Blocks of a chunk.</param>
/// <param name="Pause">The time that each chunk takes to compute.</param>
internal sealed record Chunking(int Blocks, TimeSpan Pause)
{
    public static Chunking Parse(string text)
    {
        var parts = text.Split('/');
        return new Chunking(
            int.Parse(parts[0], CultureInfo.InvariantCulture),
            TimeSpan.FromMilliseconds(int.Parse(parts[1], CultureInfo.InvariantCulture)));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Blocks}/{(int)Pause.TotalMilliseconds}");
}
