namespace Baton.Engine.Torch.Tokenization;

internal static class PreTokenizerReader
{
    // ASCII has signs that Unicode does not count as punctuation, such as + and $.
    private static readonly SplitPattern Punctuation = SplitPattern.Of(@"[!-/:-@\[-`{-~\p{P}]");

    /// <summary>The steps of a tokenizer.json's pre-tokenizer in order; none where it has none.</summary>
    public static IPreTokenizer[] Read(JsonPart part)
    {
        if (part.IsNull)
            return [];
        return part.Type == "Sequence"
            ? [.. part.Member("pretokenizers").Components().SelectMany(Read)]
            : [ReadStep(part)];
    }

    private static IPreTokenizer ReadStep(JsonPart part) => part.Type switch
    {
        "Split" => new SplitPreTokenizer(
            SplitPattern.Read(part.Member("pattern")),
            ReadBehavior(part.Member("behavior").AsString(), part),
            part.Member("invert").AsBool(false)),
        "ByteLevel" => new ByteLevelPreTokenizer(
            part.Member("add_prefix_space").AsBool(true), part.Member("use_regex").AsBool(true)),
        "Metaspace" => ReadMetaspace(part),
        "Digits" => new SplitPreTokenizer(
            SplitPattern.Of(@"\p{N}"),
            part.Member("individual_digits").AsBool(false) ? SplitBehavior.Isolated : SplitBehavior.Contiguous,
            invert: false),
        "Whitespace" => new SplitPreTokenizer(
            SplitPattern.Of(@"\w+|[^\w\s]+"), SplitBehavior.Removed, invert: true),
        "WhitespaceSplit" => new SplitPreTokenizer(
            SplitPattern.Of(@"\s+"), SplitBehavior.Removed, invert: false),
        "Punctuation" => new SplitPreTokenizer(
            Punctuation, ReadBehavior(part.Member("behavior").AsOptionalString() ?? "Isolated", part), invert: false),
        var other => throw part.Unsupported($"type {other}"),
    };

    public static (char Mark, PrependScheme Scheme) ReadMark(JsonPart part)
    {
        var mark = part.Member("replacement").AsString();
        if (mark.Length != 1)
            throw part.Unsupported("a replacement that is not one character");
        var older = part.Member("add_prefix_space").AsBool(true) ? "always" : "never";
        var scheme = part.Member("prepend_scheme").AsOptionalString() ?? older;
        return (mark[0], scheme switch
        {
            "always" => PrependScheme.Always,
            "first" => PrependScheme.First,
            "never" => PrependScheme.Never,
            _ => throw part.Unsupported($"prepend_scheme {scheme}"),
        });
    }

    private static MetaspacePreTokenizer ReadMetaspace(JsonPart part)
    {
        var (mark, scheme) = ReadMark(part);
        return new MetaspacePreTokenizer(mark, scheme, part.Member("split").AsBool(true));
    }

    private static SplitBehavior ReadBehavior(string name, JsonPart part) =>
        Enum.TryParse<SplitBehavior>(name, out var behavior) && Enum.IsDefined(behavior)
            ? behavior
            : throw part.Unsupported($"behavior {name}");
}
