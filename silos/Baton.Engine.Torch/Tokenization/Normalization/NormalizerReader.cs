namespace Baton.Engine.Torch.Tokenization;

internal static class NormalizerReader
{
    /// <summary>The normalizer of a tokenizer.json, or null where it has none.</summary>
    public static INormalizer? Read(JsonPart part) => part.IsNull ? null : ReadStep(part);

    private static INormalizer ReadStep(JsonPart part) => part.Type switch
    {
        "NFC" => UnicodeNormalizer.FormC,
        "NFKC" => UnicodeNormalizer.FormKC,
        "NFD" => UnicodeNormalizer.FormD,
        "NFKD" => UnicodeNormalizer.FormKD,
        "StripAccents" => new StripAccentsNormalizer(),
        "Lowercase" => new LowercaseNormalizer(),
        "Prepend" => new PrependNormalizer(part.Member("prepend").AsString()),
        "Strip" => new StripNormalizer(
            part.Member("strip_left").AsBool(true), part.Member("strip_right").AsBool(true)),
        "Replace" => ReadReplace(part),
        "Sequence" => new SequenceNormalizer([.. part.Member("normalizers").Components().Select(ReadStep)]),
        var other => throw part.Unsupported($"type {other}"),
    };

    private static INormalizer ReadReplace(JsonPart part)
    {
        var content = part.Member("content").AsString();
        var pattern = part.Member("pattern");
        return pattern.Member("String").AsOptionalString() is { Length: > 0 } literal
            ? new LiteralReplaceNormalizer(literal, content)
            : new PatternReplaceNormalizer(SplitPattern.Read(pattern), content);
    }
}
