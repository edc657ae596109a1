using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>Small tokenizers in the shapes of real models, against Hugging Face's own implementation.</summary>
public sealed class VectorTests
{
    private static readonly JsonNode Vectors = ReadVectors();

    public static TheoryData<string> Groups =>
        new(Vectors["groups"]!.AsArray().Select(group => group!["name"]!.GetValue<string>()));

    [Theory]
    [MemberData(nameof(Groups))]
    public void Encode_EveryText_EqualsReference(string name) => ForEachCase(name, (tokenizer, text, ids, _) =>
        Assert.Equal(ids, tokenizer.Encode(text, addSpecialTokens: true)));

    [Theory]
    [MemberData(nameof(Groups))]
    public void Decode_EveryText_EqualsReference(string name) => ForEachCase(name, (tokenizer, _, ids, decoded) =>
        Assert.Equal(decoded, tokenizer.Decode(ids, skipSpecialTokens: true)));

    [Theory]
    [InlineData("NFC", 1)]
    [InlineData("NFKC", 2)]
    public void Encode_Normalizer_EqualsReference(string form, int column)
    {
        var changes = new JsonObject { ["normalizer"] = new JsonObject { ["type"] = form } };
        changes["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false };
        var tokenizer = Build("byte-level", changes);
        foreach (var row in Vectors["normalization"]!.AsArray())
        {
            var tokens = tokenizer.Encode(row![0]!.GetValue<string>(), addSpecialTokens: false);
            Assert.Equal(row[column]!.GetValue<string>(), tokenizer.Decode(tokens, skipSpecialTokens: false));
        }
    }

    [Theory]
    [InlineData("NFD", "é가각ạ\u0308Å½ﬁ\u1e9b\u0323",
        "e\u0301\u1100\u1161\u1100\u1161\u11a8a\u0323\u0308A\u030a½ﬁ\u017f\u0323\u0307")]
    [InlineData("NFKD", "é각½ﬁ\u1e9b\u0323", "e\u0301\u1100\u1161\u11a81\u20442fis\u0323\u0307")]
    [InlineData("NFD", "a\u0301\u0323", "a\u0323\u0301")]
    [InlineData("StripAccents", "e\u0301\u0323é\u093ei\u20dd\U000110b0😀", "eéi😀")]
    [InlineData("Lowercase", "ÀİΣ\U00010400", "ài\u0307σ\U00010428")]
    public void Encode_Normalizer_RewritesAsUnicodeSays(string type, string text, string expected)
    {
        var changes = new JsonObject { ["normalizer"] = new JsonObject { ["type"] = type } };
        changes["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false };
        var tokenizer = Build("byte-level", changes);
        var tokens = tokenizer.Encode(text, addSpecialTokens: false);
        Assert.Equal(expected, tokenizer.Decode(tokens, skipSpecialTokens: false));
    }

    [Theory]
    [InlineData("NFD", "NFC", 1)]
    [InlineData("NFKD", "NFC", 2)]
    public void Encode_Decomposed_ComposesToTheReference(string form, string then, int column)
    {
        var steps = new JsonArray(new JsonObject { ["type"] = form }, new JsonObject { ["type"] = then });
        var changes = new JsonObject { ["normalizer"] = new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps } };
        changes["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false };
        var tokenizer = Build("byte-level", changes);
        foreach (var row in Vectors["normalization"]!.AsArray())
        {
            var tokens = tokenizer.Encode(row![0]!.GetValue<string>(), addSpecialTokens: false);
            Assert.Equal(row[column]!.GetValue<string>(), tokenizer.Decode(tokens, skipSpecialTokens: false));
        }
    }

    [Theory]
    [InlineData(300_000, "a")]
    [InlineData(300_000, "-1")]
    [InlineData(100_000, " a ")]
    public void Encode_OneVeryLongWord_LosesNothing(int count, string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, count));
        var tokenizer = Build("abc", []);
        Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false), skipSpecialTokens: false));
    }

    [Fact]
    public void Encode_FromManyThreads_EqualsOneThread()
    {
        var changes = new JsonObject { ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel" } };
        var tokenizer = Build("byte-level", changes);
        var texts = Enumerable.Range(0, 5000).Select(i => $"hello {i} world {i * 31}").ToArray();
        var expected = texts.Select(text => tokenizer.Encode(text, addSpecialTokens: false)).ToArray();
        Parallel.For(0, texts.Length * 4, i =>
        {
            var which = i % texts.Length;
            Assert.Equal(expected[which], tokenizer.Encode(texts[which], addSpecialTokens: false));
        });
    }

    internal static HuggingFaceTokenizer Build(string shape, JsonObject changes)
    {
        var root = Vectors["bases"]![shape]!.DeepClone();
        foreach (var (member, value) in changes)
        {
            if (member != "model")
                root[member] = value?.DeepClone();
            foreach (var (inner, setting) in member == "model" ? value!.AsObject() : [])
                root["model"]![inner] = setting?.DeepClone();
        }

        return HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(root.ToJsonString()));
    }

    private static void ForEachCase(string name, Action<HuggingFaceTokenizer, string, int[], string> check)
    {
        var group = Vectors["groups"]!.AsArray().Single(group => group!["name"]!.GetValue<string>() == name)!;
        var tokenizer = Build(group["base"]!.GetValue<string>(), group["changes"]!.AsObject());
        foreach (var entry in group["cases"]!.AsArray())
        {
            var ids = entry!["ids"]!.AsArray().Select(id => id!.GetValue<int>()).ToArray();
            check(tokenizer, entry["text"]!.GetValue<string>(), ids, entry["decoded"]!.GetValue<string>());
        }
    }

    private static JsonNode ReadVectors()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("tokenizer-vectors.json");
        return JsonNode.Parse(stream!)!;
    }
}
