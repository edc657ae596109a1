using System.Text.Json;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>The golden prompts and outputs that another engine tokenized.</summary>
public sealed class GoldenTokenizerTests
{
    [Fact]
    public void Encode_GoldenPrompts_EqualsGolden()
    {
        var tokenizer = TestTokenizers.Trained();
        var golden = Read();
        Assert.Equal(20, golden.Count);
        foreach (var (prompt, promptIds, _, _) in golden)
            Assert.Equal(promptIds, tokenizer.Encode(prompt, addSpecialTokens: true));
    }

    [Fact]
    public void Decode_GoldenOutputs_EqualsGolden()
    {
        var tokenizer = TestTokenizers.Trained();
        foreach (var (prompt, promptIds, outputIds, text) in Read())
        {
            int[] all = [.. promptIds, .. outputIds];
            Assert.Equal(prompt + text, tokenizer.Decode(all, skipSpecialTokens: true));
        }
    }

    private static List<(string Prompt, int[] PromptIds, int[] OutputIds, string Text)> Read()
    {
        var file = Path.Combine(Golden.ModelFolder, "..", "..", "golden", "stories260K.json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(file));
        return [.. document.RootElement.GetProperty("greedy").EnumerateArray().Select(entry => (
            entry.GetProperty("prompt").GetString()!, Ids(entry, "prompt_ids"), Ids(entry, "output_ids"),
            entry.GetProperty("output_text").GetString()!))];
    }

    private static int[] Ids(JsonElement entry, string name) =>
        [.. entry.GetProperty(name).EnumerateArray().Select(id => id.GetInt32())];
}
