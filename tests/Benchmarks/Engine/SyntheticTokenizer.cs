using System.Text.Json;

namespace Baton.Benchmarks.Engine;

/// <summary>A tokenizer of any vocabulary: every byte is a token, the rest are words that no text has.</summary>
internal static class SyntheticTokenizer
{
    private const string Start = "<s>";
    private const string Unknown = "<unk>";
    private const int Bytes = 256;

    public static string Json(int vocabulary)
    {
        string[] special = [Unknown, Start, "</s>"];
        var names = special
            .Concat(Enumerable.Range(0, Bytes).Select(b => $"<0x{b:X2}>"))
            .Concat(Enumerable.Range(0, Math.Max(0, vocabulary - special.Length - Bytes)).Select(i => $"word{i}"));
        return JsonSerializer.Serialize(new
        {
            version = "1.0",
            added_tokens = special.Select((content, id) => new { id, content, special = true, normalized = false }),
            decoder = new { type = "Sequence", decoders = (object[])[new { type = "ByteFallback" }, new { type = "Fuse" }] },
            model = new
            {
                type = "BPE",
                unk_token = Unknown,
                fuse_unk = true,
                byte_fallback = true,
                vocab = names.Select((name, id) => (name, id)).ToDictionary(v => v.name, v => v.id),
                merges = (string[])[],
            },
        });
    }
}
