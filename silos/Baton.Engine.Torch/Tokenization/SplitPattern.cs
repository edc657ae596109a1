using System.Globalization;
using System.Text.RegularExpressions;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Reads {"String": …} and {"Regex": …} patterns and finds their matches in a text.</summary>
/// <remarks>
/// .NET matches UTF-16 units while the files mean code points: a letter beyond the first plane would be two marks. Such
/// characters are therefore matched as one stand-in of the same Unicode category.
/// </remarks>
internal sealed class SplitPattern
{
    // One character of the first plane for each UnicodeCategory, in the order of the enumeration. A surrogate that
    // stands alone, and a code point of no category, match as they are.
    private const string StandIns =
        "\u00C0\u00E0\u01C5\u02B0\u01BB\u0301\u0903\u0488\u0660\u16EE\u00B2\u3000\u2028\u2029"
        + "\u0001\u200B\uD800\uE000\u203F\u2012\u2045\u2046\u00AB\u00BB\u00A7\u2200\u20AC\u02C2\u2600\u0378";

    private readonly Regex _regex;

    private SplitPattern(Regex regex) => _regex = regex;

    public static SplitPattern Read(JsonPart part)
    {
        var literal = part.Member("String").AsOptionalString();
        var pattern = literal is null ? part.Member("Regex").AsString() : Regex.Escape(literal);
        if (pattern.Length == 0)
            throw part.Malformed("is empty");
        return new SplitPattern(Compile(pattern, part));
    }

    public static SplitPattern Of(string pattern) => new(
        new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.Compiled, TokenizerLimits.PatternTimeout));

    /// <summary>Adds start and length of each match, in order; empty matches are left out.</summary>
    public void Matches(ReadOnlySpan<char> text, List<(int Start, int Length)> matches)
    {
        if (text.IndexOfAnyInRange('\uD800', '\uDFFF') >= 0)
        {
            MatchesOfAstral(text, matches);
            return;
        }

        foreach (var match in _regex.EnumerateMatches(text))
        {
            if (match.Length > 0)
                matches.Add((match.Index, match.Length));
        }
    }

    public string Replace(string text, string replacement)
    {
        var matches = new List<(int Start, int Length)>();
        Matches(text, matches);
        if (matches.Count == 0)
            return text;
        var result = new System.Text.StringBuilder(text.Length);
        var end = 0;
        foreach (var (start, length) in matches)
        {
            result.Append(text, end, start - end).Append(replacement);
            end = start + length;
        }

        return result.Append(text, end, text.Length - end).ToString();
    }

    private void MatchesOfAstral(ReadOnlySpan<char> text, List<(int Start, int Length)> matches)
    {
        var shadow = new char[text.Length];
        var offsets = new int[text.Length + 1];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            offsets[length] = i;
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            shadow[length++] = pair ? StandIn(char.ConvertToUtf32(text[i], text[i + 1])) : text[i];
            if (pair)
                i++;
        }

        offsets[length] = text.Length;
        foreach (var match in _regex.EnumerateMatches(shadow.AsSpan(0, length)))
        {
            var start = offsets[match.Index];
            if (match.Length > 0)
                matches.Add((start, offsets[match.Index + match.Length] - start));
        }
    }

    private static char StandIn(int codePoint) => StandIns[(int)CharUnicodeInfo.GetUnicodeCategory(codePoint)];

    private static Regex Compile(string pattern, JsonPart part)
    {
        try
        {
            return CreateLinear(pattern)
                ?? new Regex(
                    pattern,
                    RegexOptions.CultureInvariant | RegexOptions.Compiled,
                    TokenizerLimits.PatternTimeout);
        }
        catch (ArgumentException)
        {
            throw part.Unsupported("the regular expression");
        }
    }

    /// <summary>An engine of linear time, for the patterns that it can take (no look-around).</summary>
    private static Regex? CreateLinear(string pattern)
    {
        try
        {
            return new Regex(
                pattern,
                RegexOptions.CultureInvariant | RegexOptions.NonBacktracking,
                TokenizerLimits.PatternTimeout);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }
}
