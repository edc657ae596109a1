using System.Globalization;
using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Rewrites a text before it is split. Stateless.</summary>
internal interface INormalizer
{
    string Normalize(string text);
}

internal sealed class SequenceNormalizer(INormalizer[] steps) : INormalizer
{
    public string Normalize(string text) => steps.Aggregate(text, (current, step) => step.Normalize(current));
}

internal sealed class LowercaseNormalizer : INormalizer
{
    // The one capital whose small letter is two characters.
    public string Normalize(string text) =>
        text.Replace("\u0130", "i\u0307", StringComparison.Ordinal).ToLowerInvariant();
}

/// <summary>Drops combining marks, which accents are after a decomposition.</summary>
internal sealed class StripAccentsNormalizer : INormalizer
{
    public string Normalize(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u02ff'))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            if (!IsMark(CharUnicodeInfo.GetUnicodeCategory(text, i)))
                result.Append(text, i, isPair ? 2 : 1);
            i += isPair ? 1 : 0;
        }

        return result.ToString();
    }

    private static bool IsMark(UnicodeCategory category) => category
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}

internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    public string Normalize(string text) => text.Length == 0 ? text : prefix + text;
}

internal sealed class StripNormalizer(bool left, bool right) : INormalizer
{
    public string Normalize(string text)
    {
        var start = left ? text.TrimStart() : text;
        return right ? start.TrimEnd() : start;
    }
}

internal sealed class LiteralReplaceNormalizer(string old, string replacement) : INormalizer
{
    public string Normalize(string text) => text.Replace(old, replacement, StringComparison.Ordinal);
}

internal sealed class PatternReplaceNormalizer(SplitPattern pattern, string replacement) : INormalizer
{
    public string Normalize(string text) => pattern.Replace(text, replacement);
}
