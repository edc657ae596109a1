using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Baton.Training.Tokens;

/// <summary>Writes and reads the tokenizer as a Hugging Face tokenizer.json.</summary>
public static class TokenizerJson
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Tokenizer tokenizer, string path) =>
        File.WriteAllText(path, Document(tokenizer).ToJsonString(Layout) + "\n");

    public static Tokenizer Read(string path)
    {
        var model = JsonNode.Parse(File.ReadAllText(path))!["model"]!;
        var first = SpecialTokens.All.Count;
        var ids = model["vocab"]!.AsObject().ToDictionary(v => v.Key, v => v.Value!.GetValue<int>());

        // tokenizer.json orders the single bytes by id as well, so symbols are found through the spelled bytes.
        int Symbol(string spelled) => spelled.Length == 1 ? ByteAlphabet.Bytes(spelled)[0] : ids[spelled] - first;
        return new Tokenizer(model["merges"]!.AsArray()
            .Select(m => m!.GetValue<string>().Split(' '))
            .Select(p => (Symbol(p[0]), Symbol(p[1])))
            .ToArray());
    }

    private static JsonObject Document(Tokenizer tokenizer) => new()
    {
        ["version"] = "1.0",
        ["truncation"] = null,
        ["padding"] = null,
        ["added_tokens"] = new JsonArray(SpecialTokens.All.Select(Added).ToArray()),
        ["normalizer"] = null,
        ["pre_tokenizer"] = Sequence(Split(), ByteLevel()),
        ["post_processor"] = Template(),
        ["decoder"] = ByteLevel(),
        ["model"] = Model(tokenizer),
    };

    private static JsonNode Added(string content, int id) => new JsonObject
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = true,
    };

    private static JsonObject Sequence(params JsonNode[] steps) =>
        new() { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray(steps) };

    private static JsonObject Split() => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { ["Regex"] = Tokenizer.WordPattern },
        ["behavior"] = "Isolated",
        ["invert"] = false,
    };

    private static JsonObject ByteLevel() => new()
    {
        ["type"] = "ByteLevel",
        ["add_prefix_space"] = false,
        ["trim_offsets"] = true,
        ["use_regex"] = false,
    };

    private static JsonObject Template()
    {
        var begin = SpecialTokens.All[SpecialTokens.Begin];
        return new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray(Special(begin, 0), Text("A", 0)),
            ["pair"] = new JsonArray(Special(begin, 0), Text("A", 0), Special(begin, 1), Text("B", 1)),
            ["special_tokens"] = new JsonObject
            {
                [begin] = new JsonObject
                {
                    ["id"] = begin,
                    ["ids"] = new JsonArray(SpecialTokens.Begin),
                    ["tokens"] = new JsonArray(begin),
                },
            },
        };
    }

    private static JsonObject Special(string token, int type) =>
        new() { ["SpecialToken"] = new JsonObject { ["id"] = token, ["type_id"] = type } };

    private static JsonObject Text(string id, int type) =>
        new() { ["Sequence"] = new JsonObject { ["id"] = id, ["type_id"] = type } };

    private static JsonObject Model(Tokenizer tokenizer)
    {
        var first = SpecialTokens.All.Count;
        string Spell(int symbol) => ByteAlphabet.Spell(tokenizer.SymbolBytes(symbol));
        var vocabulary = new JsonObject();
        for (var id = 0; id < tokenizer.VocabularySize; id++)
        {
            vocabulary[id < first ? SpecialTokens.All[id] : Spell(id - first)] = id;
        }

        return new JsonObject
        {
            ["type"] = "BPE",
            ["dropout"] = null,
            ["unk_token"] = null,
            ["continuing_subword_prefix"] = null,
            ["end_of_word_suffix"] = null,
            ["fuse_unk"] = false,
            ["byte_fallback"] = false,
            ["ignore_merges"] = false,
            ["vocab"] = vocabulary,
            ["merges"] = new JsonArray(
                tokenizer.Merges.Select(m => (JsonNode)$"{Spell(m.Left)} {Spell(m.Right)}").ToArray()),
        };
    }
}
