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
    public string Normalize(string text) => text.ToLowerInvariant();
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
