using System.Globalization;
using System.Text.Json;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>Reads the "model" of a tokenizer.json.</summary>
internal static class BytePairReader
{
    public static Dictionary<string, int> ReadVocabulary(JsonPart model)
    {
        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
        var part = model.Member("vocab");
        if (part.Element.ValueKind != JsonValueKind.Object)
            throw part.Malformed("must be an object");
        foreach (var entry in part.Element.EnumerateObject())
            vocabulary[entry.Name] = new JsonPart(entry.Value, part.Name).AsInt(TokenizerLimits.MaxTokenId);
        return vocabulary;
    }

    public static BytePairModel Read(JsonPart model, Dictionary<string, int> vocabulary, List<AddedToken> added)
    {
        RefuseUnsupported(model);
        return new BytePairModel(vocabulary, ReadMerges(model.Member("merges"), vocabulary), new BytePairOptions(
            ReadUnknown(model.Member("unk_token"), vocabulary, added),
            model.Member("fuse_unk").AsBool(false),
            model.Member("byte_fallback").AsBool(false) ? ReadBytes(vocabulary) : null,
            model.Member("ignore_merges").AsBool(false)));
    }

    private static void RefuseUnsupported(JsonPart model)
    {
        if (model.Member("type").AsOptionalString() is { } type and not "BPE")
            throw model.Unsupported($"type {type}");
        foreach (var name in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.Member(name).AsOptionalString() is { Length: > 0 })
                throw model.Unsupported(name);
        }

        var dropout = model.Member("dropout").Element;
        if (dropout.ValueKind is not JsonValueKind.Null and not JsonValueKind.Undefined
            && !(dropout.ValueKind == JsonValueKind.Number && dropout.GetDouble() == 0))
            throw model.Unsupported("dropout");
    }

    // Byte-level models name one that only the added tokens have, and never meet an unknown character.
    private static int? ReadUnknown(JsonPart part, Dictionary<string, int> vocabulary, List<AddedToken> added)
    {
        if (part.AsOptionalString() is not { } unknown)
            return null;
        return vocabulary.TryGetValue(unknown, out var token)
            ? token
            : added.Find(other => other.Content == unknown)?.Id ?? throw part.Malformed("is not in the vocabulary");
    }

    private static int[] ReadBytes(Dictionary<string, int> vocabulary)
    {
        var bytes = new int[256];
        for (var value = 0; value < bytes.Length; value++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>");
            bytes[value] = vocabulary.GetValueOrDefault(name, -1);
        }

        return bytes;
    }

    private static MergeTable ReadMerges(JsonPart part, Dictionary<string, int> vocabulary)
    {
        if (part.Element.ValueKind != JsonValueKind.Array)
            throw part.Malformed("must be a list");
        var merges = new MergeTable(part.Element.GetArrayLength());
        var rank = 0;
        foreach (var entry in part.Element.EnumerateArray())
        {
            var (left, right) = ReadPair(new JsonPart(entry, part.Name));
            if (!vocabulary.TryGetValue(left, out var leftToken) || !vocabulary.TryGetValue(right, out var rightToken)
                || !vocabulary.TryGetValue(left + right, out var merged))
                throw part.Malformed($"has a merge (number {rank}) of tokens that are not in the vocabulary");
            merges.Add(leftToken, rightToken, new Merge(rank++, merged));
        }

        return merges;
    }

    private static (string Left, string Right) ReadPair(JsonPart entry)
    {
        if (entry.Element.ValueKind == JsonValueKind.Array)
        {
            return entry.Element.GetArrayLength() == 2
                ? (new JsonPart(entry.Element[0], entry.Name).AsString(),
                    new JsonPart(entry.Element[1], entry.Name).AsString())
                : throw entry.Malformed("has a merge that is not a pair");
        }

        var text = entry.AsString();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || space == text.Length - 1 || text.IndexOf(' ', space + 1) >= 0)
            throw entry.Malformed("has a merge that is not two tokens with a space between");
        return (text[..space], text[(space + 1)..]);
    }
}
