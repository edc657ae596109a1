using System.IO.Compression;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Tokenization;

namespace Baton.Engine.Torch.Tests.Cpu;

/// <summary>What rounded weights cost, on text that the built-in model has not seen.</summary>
[Collection(TorchTests.Name)]
public sealed class PerplexityTests
{
    private const int Windows = 32;
    private const int WindowTokens = 96;

    [Fact]
    public void Int8_IsWithinAHundredthOfF32()
    {
        var windows = TextWindows();
        var exact = Perplexity(windows, WeightFormat.F32);
        var rounded = Perplexity(windows, WeightFormat.Int8);
        TestContext.Current.SendDiagnosticMessage($"perplexity f32 {exact:F3}, int8 {rounded:F3}");
        Assert.InRange(exact, 2, 200);
        Assert.NotEqual(exact, rounded);
        Assert.InRange(rounded / exact, 0.99, 1.01);
    }

    [Fact]
    public void KvInBF16_IsWithinAThousandthOfF32()
    {
        var windows = TextWindows();
        var exact = Perplexity(windows, WeightFormat.F32);
        var rounded = Perplexity(windows, WeightFormat.F32, KvFormat.BF16);
        TestContext.Current.SendDiagnosticMessage($"perplexity KV f32 {exact:F3}, bf16 {rounded:F3}");
        Assert.NotEqual(exact, rounded);
        Assert.InRange(rounded / exact, 0.999, 1.001);
    }

    private static int[][] TextWindows()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Golden.ValidationText), CompressionMode.Decompress));
        var text = new char[8 * Windows * WindowTokens];
        reader.ReadBlock(text);
        var tokens = HuggingFaceTokenizer.Load(Golden.BuiltinModel).Encode(new string(text), addSpecialTokens: false);
        return [.. tokens.Chunk(WindowTokens).Take(Windows)];
    }

    private static double Perplexity(int[][] windows, WeightFormat format, KvFormat kv = KvFormat.F32)
    {
        using var model = TorchModel.Load(Golden.BuiltinModel, new TorchOptions { Threads = 1, Weights = format, Kv = kv });
        using var engine = new TestEngine(Backend.Cpu, model, 256);
        var sequences = windows
            .Select(w => engine.NewSequence([w[0]], WindowTokens, model.Config.VocabularySize)).ToArray();
        double surprise = 0;
        for (var i = 1; i < WindowTokens; i++)
        {
            var drawn = engine.Step([.. sequences.Select(s => new BatchEntry(s, i - 1, 1, true))]);
            for (var w = 0; w < windows.Length; w++)
            {
                surprise -= drawn[w].Top!.First(t => t.Token == windows[w][i]).Logprob;
                sequences[w].Append(windows[w][i]);
            }
        }

        return Math.Exp(surprise / (windows.Length * (WindowTokens - 1)));
    }
}
