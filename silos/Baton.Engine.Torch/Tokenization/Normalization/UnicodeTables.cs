using System.Globalization;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>
/// Decompositions, compositions and combining classes. .NET's own normalisation does nothing when globalisation is
/// invariant, as it is here, so the tables are part of the assembly.
/// </summary>
internal sealed class UnicodeTables
{
    private static readonly Lazy<UnicodeTables> Instance = new(() => new UnicodeTables());

    private UnicodeTables()
    {
        var assembly = typeof(UnicodeTables).Assembly;
        using var stream = assembly.GetManifestResourceStream("unicode-normalization.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            Add(line.Split(' '));
    }

    public static UnicodeTables Shared => Instance.Value;

    public Dictionary<int, int[]> Canonical { get; } = [];

    public Dictionary<int, int[]> Compatibility { get; } = [];

    public Dictionary<(int First, int Second), int> Compositions { get; } = [];

    public Dictionary<int, byte> Classes { get; } = [];

    private void Add(string[] fields)
    {
        if (fields[0] == "#")
            return;
        if (fields[0] == "R")
        {
            for (var i = Hex(fields[1]); i <= Hex(fields[2]); i++)
                Classes[i] = byte.Parse(fields[3], CultureInfo.InvariantCulture);
            return;
        }

        var codePoint = Hex(fields[1]);
        var parts = fields.Skip(2).Select(Hex).ToArray();
        (fields[0] == "K" ? Compatibility : Canonical)[codePoint] = parts;
        if (fields[0] == "C")
            Compositions[(parts[0], parts[1])] = codePoint;
    }

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
