using System.Text;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Tokenization;

public sealed class MalformedTokenizerTests
{
    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"model\": {\"type\": \"Unigram\", \"vocab\": {}}}")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": -1}, \"merges\": []}}")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"a\": 1e9}, \"merges\": []}}")]
    [InlineData("{\"model\": {\"type\": \"BPE\", \"vocab\": {\"\\ud800\": 1}, \"merges\": []}}")]
    public void Parse_Malformed_IsRefused(string json) =>
        Assert.Throws<ModelFormatException>(() => HuggingFaceTokenizer.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Load_WithoutFile_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory();
        Assert.Throws<ModelFormatException>(() => HuggingFaceTokenizer.Load(folder.FullName));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Parse_MutatedBytes_WorksOrIsRefused()
    {
        var random = new Random(3);
        for (var round = Fuzzing.Rounds(1000); round > 0; round--)
        {
            var json = (byte[])TestTokenizers.ByteLevelJson.Clone();
            for (var edits = random.Next(1, 4); edits > 0; edits--)
                json[random.Next(json.Length)] = (byte)random.Next(256);
            Try(json[..(random.Next(4) == 0 ? random.Next(json.Length) : json.Length)]);
        }
    }

    [Fact]
    public void Parse_MutatedMembers_WorksOrIsRefused()
    {
        var random = new Random(5);
        for (var round = Fuzzing.Rounds(1000); round > 0; round--)
        {
            var root = JsonNode.Parse(TestTokenizers.ByteLevelJson)!;
            Mutate(root, random);
            Try(Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
    }

    private static void Mutate(JsonNode node, Random random)
    {
        while (true)
        {
            JsonNode? child;
            switch (node)
            {
                case JsonObject members when members.Count > 0:
                    var name = members.ElementAt(random.Next(members.Count)).Key;
                    child = members[name];
                    if (child is null or JsonValue || random.Next(4) == 0)
                    {
                        members[name] = Other(random);
                        return;
                    }

                    break;
                case JsonArray items when items.Count > 0:
                    var index = random.Next(items.Count);
                    child = items[index];
                    if (child is null or JsonValue || random.Next(4) == 0)
                    {
                        items[index] = Other(random);
                        return;
                    }

                    break;
                default:
                    return;
            }

            node = child;
        }
    }

    private static JsonNode? Other(Random random) => random.Next(9) switch
    {
        0 => null,
        1 => random.Next(-2, 300),
        2 => 1e300,
        3 => "",
        4 => "(a+)+$",
        5 => new JsonArray(),
        6 => new JsonObject(),
        7 => true,
        _ => "ByteLevel",
    };

    private static void Try(byte[] json)
    {
        try
        {
            var tokenizer = HuggingFaceTokenizer.Parse(json);
            var tokens = tokenizer.Encode("hello world aaaaaaaaaaaa! é😀<|end|>", addSpecialTokens: true);
            tokenizer.Decode(tokens, skipSpecialTokens: false);
        }
        catch (ModelFormatException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
