using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>
/// The vocabulary of "abc" has every string of up to three of its characters, so a token ends where a piece ends.
/// Expectations follow the examples in Hugging Face's documentation of each behaviour.
/// </summary>
public sealed class SplitBehaviorTests
{
    [Theory]
    [InlineData("Removed", "a|1|a")]
    [InlineData("Isolated", "a|-|1|-|-|a")]
    [InlineData("MergedWithPrevious", "a-|1-|-|a")]
    [InlineData("MergedWithNext", "a|-1|-|-a")]
    [InlineData("Contiguous", "a|-|1|--|a")]
    public void Encode_Behavior_SplitsAsDocumented(string behavior, string expected)
    {
        Assert.Equal(expected, Pieces(Split("Regex", behavior, invert: false)));
        Assert.Equal(expected, Pieces(Split("String", behavior, invert: false)));
    }

    [Theory]
    [InlineData("Removed", "-|-|-")]
    [InlineData("MergedWithPrevious", "a|-1|-|-a")]
    public void Encode_Inverted_SwapsMatchesAndRest(string behavior, string expected) =>
        Assert.Equal(expected, Pieces(Split("Regex", behavior, invert: true)));

    [Theory]
    [InlineData(null, "a|-|1|-|-|a")]
    [InlineData("Removed", "a|1|a")]
    [InlineData("Isolated", "a|-|1|-|-|a")]
    [InlineData("MergedWithPrevious", "a-|1-|-|a")]
    [InlineData("MergedWithNext", "a|-1|-|-a")]
    [InlineData("Contiguous", "a|-|1|--|a")]
    public void Encode_Punctuation_SplitsAsDocumented(string? behavior, string expected)
    {
        var preTokenizer = new JsonObject { ["type"] = "Punctuation" };
        if (behavior is not null)
            preTokenizer["behavior"] = behavior;
        Assert.Equal(expected, Pieces(preTokenizer));
    }

    [Fact]
    public void Split_Punctuation_IsThatOfAsciiAndOfUnicode()
    {
        const string punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~¡—«。‿";
        const string text = "a1 é€☀" + punctuation;
        using var json = JsonDocument.Parse("""{"type": "Punctuation", "behavior": "Removed"}""");
        var step = Assert.Single(PreTokenizerReader.Read(new JsonPart(json.RootElement, "pre_tokenizer")));
        var pieces = new List<Piece>();
        step.Split([new Piece(text, 0, text.Length)], atStart: true, pieces);
        Assert.Equal("a1 é€☀", Assert.Single(pieces).Text.ToString());
    }

    [Fact]
    public void Encode_SingleWordToken_IsFoundOnlyAlone()
    {
        var word = new JsonObject { ["id"] = 500, ["content"] = "a1", ["single_word"] = true };
        var tokenizer = VectorTests.Build("abc", new JsonObject { ["added_tokens"] = new JsonArray(word) });
        Assert.Equal(2, tokenizer.Encode("a1 a1a -a1-", addSpecialTokens: false).Count(token => token == 500));
    }

    [Fact]
    public void Parse_DecoderPatternThatNeverEnds_IsRefused()
    {
        var slow = new JsonObject
        {
            ["type"] = "Replace",
            ["pattern"] = new JsonObject { ["Regex"] = "(?=(a|aa)+$)a" },
            ["content"] = "",
        };
        var vocabulary = new JsonObject { [new string('a', 60) + "!"] = 0 };
        var changes = new JsonObject
        {
            ["decoder"] = slow,
            ["model"] = new JsonObject { ["vocab"] = vocabulary, ["merges"] = new JsonArray() },
        };
        Assert.Throws<ModelFormatException>(() => VectorTests.Build("abc", changes));
    }

    private static JsonObject Split(string kind, string behavior, bool invert) => new()
    {
        ["type"] = "Split",
        ["pattern"] = new JsonObject { [kind] = "-" },
        ["behavior"] = behavior,
        ["invert"] = invert,
    };

    private static string Pieces(JsonObject preTokenizer)
    {
        var tokenizer = VectorTests.Build("abc", new JsonObject { ["pre_tokenizer"] = preTokenizer });
        var tokens = tokenizer.Encode("a-1--a", addSpecialTokens: false);
        return string.Join('|', tokens.Select(token => tokenizer.Decode([token], skipSpecialTokens: false)));
    }
}
