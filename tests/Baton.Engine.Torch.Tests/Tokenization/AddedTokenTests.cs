using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>Which text an added token is sought in. Expectations follow Hugging Face's two passes.</summary>
public sealed class AddedTokenTests
{
    private const int Added = 500, Other = 501;

    [Theory]
    [InlineData(false, "<TOOL>", 1)]
    [InlineData(false, "<tool>", 0)]
    [InlineData(false, "<Tool>", 0)]
    [InlineData(true, "<TOOL>", 1)]
    [InlineData(true, "<tool>", 1)]
    [InlineData(true, "<Tool><TOOL>", 2)]
    public void Encode_UnderLowercase_SeeksItsOwnText(bool isNormalized, string text, int count)
    {
        var tokenizer = Build("Lowercase", Token(Added, "<TOOL>", isNormalized));
        Assert.Equal(count, tokenizer.Encode(text, addSpecialTokens: false).Count(token => token == Added));
    }

    [Theory]
    [InlineData("NFC", "<é>", "<e\u0301>")]
    [InlineData("NFD", "<é>", "<é>")]
    [InlineData("NFKC", "ﬁ", "fi")]
    public void Encode_NormalizedToken_IsNormalizedItself(string form, string content, string text)
    {
        var tokenizer = Build(form, Token(Added, content, isNormalized: true));
        Assert.Contains(Added, tokenizer.Encode(text, addSpecialTokens: false));
        Assert.Equal(content, tokenizer.Decode([Added], skipSpecialTokens: false));
    }

    [Fact]
    public void Encode_BothKinds_FindsThoseOfTheRawTextFirst()
    {
        var tokenizer = Build("Lowercase", Token(Added, "aBc", isNormalized: true), Token(Other, "B", isNormalized: false));
        Assert.Equal([Other], tokenizer.Encode("aBc", addSpecialTokens: false).Where(token => token >= Added));
        Assert.Equal([Added], tokenizer.Encode("abc", addSpecialTokens: false).Where(token => token >= Added));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public void Encode_WithoutTheMark_IsNormalizedUnlessSpecial(bool isSpecial, int count)
    {
        var token = new JsonObject { ["id"] = Added, ["content"] = "<Tool>", ["special"] = isSpecial };
        Assert.Equal(count, Build("Lowercase", token).Encode("<tool>", addSpecialTokens: false).Count(id => id == Added));
    }

    [Fact]
    public void Encode_TokenThatIsNormalizedAway_IsNeverFound()
    {
        var tokenizer = Build("Strip", Token(Added, " ", isNormalized: true));
        Assert.DoesNotContain(Added, tokenizer.Encode("a a", addSpecialTokens: false));
    }

    [Fact]
    public void Encode_UnknownAmongAddedTokensOnly_GivesTheirId()
    {
        var model = new JsonObject { ["unk_token"] = "<unk>" };
        var changes = new JsonObject { ["model"] = model, ["added_tokens"] = new JsonArray(Token(Added, "<unk>", false)) };
        var tokenizer = VectorTests.Build("abc", changes);
        var known = tokenizer.Encode("a", addSpecialTokens: false);
        Assert.DoesNotContain(Added, known);
        Assert.Equal([.. known, Added], tokenizer.Encode("aé", addSpecialTokens: false));
    }

    [Fact]
    public void Parse_UnknownNowhere_IsRefused()
    {
        var changes = new JsonObject { ["model"] = new JsonObject { ["unk_token"] = "<unk>" } };
        Assert.Throws<ModelFormatException>(() => VectorTests.Build("abc", changes));
    }

    private static JsonObject Token(int id, string content, bool isNormalized) =>
        new() { ["id"] = id, ["content"] = content, ["normalized"] = isNormalized };

    private static HuggingFaceTokenizer Build(string normalizer, params JsonNode[] tokens) =>
        VectorTests.Build("byte-level", new JsonObject
        {
            ["normalizer"] = new JsonObject { ["type"] = normalizer },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "ByteLevel", ["add_prefix_space"] = false },
            ["added_tokens"] = new JsonArray(tokens),
        });
}
