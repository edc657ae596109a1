using System.Collections;
using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Unicode's normalisation forms.</summary>
internal sealed class UnicodeNormalizer : INormalizer
{
    private static readonly Lazy<UnicodeNormalizer> LazyC = new(() => new(compatibility: false, composes: true));
    private static readonly Lazy<UnicodeNormalizer> LazyKC = new(() => new(compatibility: true, composes: true));
    private static readonly Lazy<UnicodeNormalizer> LazyD = new(() => new(compatibility: false, composes: false));
    private static readonly Lazy<UnicodeNormalizer> LazyKD = new(() => new(compatibility: true, composes: false));

    private readonly UnicodeTables _tables = UnicodeTables.Shared;
    private readonly bool _compatibility;
    private readonly bool _composes;
    private readonly BitArray _unstable = new(0x110000);

    private UnicodeNormalizer(bool compatibility, bool composes)
    {
        (_compatibility, _composes) = (compatibility, composes);
        foreach (var codePoint in _tables.Classes.Keys.Concat(_tables.Compositions.Keys.Select(pair => pair.Second)))
            _unstable[codePoint] = true;
        foreach (var codePoint in _tables.Canonical.Keys.Concat(compatibility ? _tables.Compatibility.Keys : []))
        {
            var alone = char.ConvertFromUtf32(codePoint);
            _unstable[codePoint] |= Rewrite(alone) != alone;
        }
    }

    public static UnicodeNormalizer FormC => LazyC.Value;

    public static UnicodeNormalizer FormKC => LazyKC.Value;

    public static UnicodeNormalizer FormD => LazyD.Value;

    public static UnicodeNormalizer FormKD => LazyKD.Value;

    public string Normalize(string text) => IsNormal(text) ? text : Rewrite(text);

    /// <summary>Whether no character of the text can change or join another: true for nearly every text.</summary>
    private bool IsNormal(string text)
    {
        var first = text.AsSpan().IndexOfAnyExceptInRange('\0', '\u009F');
        for (var i = Math.Max(first, 0); first >= 0 && i < text.Length; i++)
        {
            var codePoint = CodePoint(text, ref i);
            if (_unstable[codePoint] || (_composes ? Hangul.ComposesBackwards(codePoint) : Hangul.IsSyllable(codePoint)))
                return false;
        }

        return true;
    }

    private string Rewrite(string text)
    {
        var points = new List<int>(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
            Decompose(CodePoint(text, ref i), points);
        Reorder(points);
        if (_composes)
            Compose(points);
        var result = new StringBuilder(points.Count);
        foreach (var point in points)
        {
            if (Rune.TryCreate(point, out var rune))
                result.Append(rune.ToString());
            else
                result.Append((char)point);
        }

        return result.ToString();
    }

    private void Decompose(int codePoint, List<int> output)
    {
        if (Hangul.IsSyllable(codePoint))
            Hangul.Decompose(codePoint, output);
        else if (_tables.Canonical.TryGetValue(codePoint, out var parts)
            || _compatibility && _tables.Compatibility.TryGetValue(codePoint, out parts))
            Array.ForEach(parts, part => Decompose(part, output));
        else
            output.Add(codePoint);
    }

    /// <summary>Sorts each run of combining marks by class, equals in place; it may be the whole text.</summary>
    private void Reorder(List<int> points)
    {
        for (var start = 0; start < points.Count; start++)
        {
            var end = start;
            while (end < points.Count && Class(points[end]) != 0)
                end++;
            if (end - start > 1)
            {
                var sorted = points.GetRange(start, end - start).OrderBy(Class).ToList();
                for (var i = 0; i < sorted.Count; i++)
                    points[start + i] = sorted[i];
            }

            start = end;
        }
    }

    private void Compose(List<int> points)
    {
        int starter = -1, written = 0, lastClass = 0;
        foreach (var point in points.ToArray())
        {
            var pointClass = Class(point);
            var blocked = starter < 0 || starter != written - 1 && lastClass >= pointClass;
            var composed = blocked ? -1 : Pair(points[starter], point);
            if (composed >= 0)
            {
                points[starter] = composed;
                continue;
            }

            if (pointClass == 0)
                starter = written;
            lastClass = pointClass;
            points[written++] = point;
        }

        points.RemoveRange(written, points.Count - written);
    }

    private int Pair(int first, int second) =>
        _tables.Compositions.TryGetValue((first, second), out var composed) ? composed : Hangul.Compose(first, second);

    private byte Class(int codePoint) => _tables.Classes.GetValueOrDefault(codePoint);

    /// <summary>The code point at <paramref name="i"/>, moved to its last unit; a lone surrogate is itself.</summary>
    private static int CodePoint(string text, ref int i)
    {
        if (!char.IsHighSurrogate(text[i]) || i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1]))
            return text[i];
        i++;
        return char.ConvertToUtf32(text[i - 1], text[i]);
    }
}
