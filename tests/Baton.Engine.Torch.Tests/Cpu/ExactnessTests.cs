using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Cpu;

/// <summary>
/// Not a bit of a result depends on how it was computed: in which chunks, beside whom, on how many threads, or from a prefix
/// that another sequence computed.
/// </summary>
[Collection(TorchTests.Name)]
public sealed class ExactnessTests
{
    private const int Output = 6;

    [Theory]
    [InlineData(0, 4, 2, null, null, KvFormat.F32)]
    [InlineData(1, 4, 4, 20, null, KvFormat.F32)]
    [InlineData(2, 8, 1, null, null, KvFormat.F32)]
    [InlineData(3, 6, 2, 6, null, KvFormat.F32)]
    [InlineData(4, 4, 2, null, 27, KvFormat.F32)]
    [InlineData(5, 14, 2, 48, null, KvFormat.F32)]
    [InlineData(6, 4, 4, 20, null, KvFormat.BF16)]
    [InlineData(7, 6, 2, 6, 27, KvFormat.BF16)]
    [InlineData(8, 8, 2, 72, null, KvFormat.BF16)]
    public void AnyMix_SameBits(int seed, int heads, int kvHeads, int? headDim, int? window, KvFormat kv)
    {
        var random = new Random(seed);
        using var folder = new TestModel(heads, kvHeads, headDim ?? 8, type: seed % 2 == 0 ? "F32" : "BF16", config: c =>
        {
            c["architectures"] = new System.Text.Json.Nodes.JsonArray("MistralForCausalLM");
            c["sliding_window"] = window;
        });
        using var model = TorchModel.Load(folder.Folder, new TorchOptions { Threads = 1, Kv = kv });
        using var parallel = TorchModel.Load(folder.Folder, new TorchOptions { Threads = 3, Kv = kv });
        int[][] prompts = [.. Enumerable.Range(0, 5).Select(i => TestModel.Prompt(1 + random.Next(90), seed: i))];
        uint[][] alone = [.. prompts.Select(p => Alone(model, p))];

        for (var round = 0; round < 10; round++)
        {
            using var engine = new TestEngine(Backend.Cpu, round % 2 == 0 ? model : parallel, 256);
            var mixed = Mixed(engine, prompts, random);
            for (var i = 0; i < prompts.Length; i++)
                Assert.Equal(alone[i], mixed[i]);
        }
    }

    [Fact]
    public void PrefixOfAnother_SameBits()
    {
        using var folder = new TestModel();
        using var model = folder.Load();
        var prompt = TestModel.Prompt(75);
        var alone = Alone(model, prompt);
        using var engine = new TestEngine(Backend.Cpu, model, 64);
        var first = engine.NewSequence(prompt, prompt.Length);
        engine.Prefill(first, 11);
        var second = Sequences.Of(prompt, [.. first.Blocks[..4], 60, 61], TestModel.Vocabulary);

        var bits = new List<uint>();
        var sampled = engine.Prefill(second, from: 64);
        for (var i = 0; i < Output; i++)
        {
            bits.AddRange(Bits(sampled));
            second.Append(sampled.Token);
            sampled = engine.Decode(second)[0];
        }

        Assert.Equal(alone, bits);
    }

    [Theory]
    [InlineData(WeightFormat.F32)]
    [InlineData(WeightFormat.BF16)]
    [InlineData(WeightFormat.Int8)]
    public void WideModel_LongContext_SameBits(WeightFormat format)
    {
        using var folder = new WideModel(layers: 2);
        using var model = TorchModel.Load(folder.Folder, new TorchOptions { Threads = 1, Weights = format });
        using var parallel = TorchModel.Load(folder.Folder, new TorchOptions { Threads = 3, Weights = format });
        int[][] prompts = [.. new[] { 2110, 200, 201, 37 }.Select((length, i) => TestModel.Prompt(length, seed: i))];
        uint[][] alone = [.. prompts.Select(p => Alone(parallel, p, 256))];

        // Numbers that are none would all be equal.
        Assert.InRange(alone.SelectMany(b => b).Distinct().Count(), prompts.Length * TestModel.Vocabulary, int.MaxValue);
        foreach (var some in (TorchModel[])[model, parallel])
        {
            using var engine = new TestEngine(Backend.Cpu, some, 256);
            var mixed = Mixed(engine, prompts, new Random(5), most: 250);
            for (var i = 0; i < prompts.Length; i++)
                Assert.Equal(alone[i], mixed[i]);
        }
    }

    private static uint[] Alone(TorchModel model, int[] prompt, int blocks = 64)
    {
        using var engine = new TestEngine(Backend.Cpu, model, blocks);
        var sequence = engine.NewSequence(prompt, prompt.Length + Output, TestModel.Vocabulary);
        var bits = new List<uint>();
        var sampled = engine.Prefill(sequence);
        for (var i = 0; i < Output; i++)
        {
            bits.AddRange(Bits(sampled));
            sequence.Append(sampled.Token);
            sampled = engine.Decode(sequence)[0];
        }

        return [.. bits];
    }

    // Each step takes some of the sequences in some order, each with as many of its tokens as chance will have, up to a limit.
    private static List<uint>[] Mixed(TestEngine engine, int[][] prompts, Random random, int most = int.MaxValue)
    {
        var sequences = prompts.Select(p => engine.NewSequence(p, p.Length + Output, TestModel.Vocabulary)).ToArray();
        var computed = new int[prompts.Length];
        var bits = prompts.Select(_ => new List<uint>()).ToArray();
        while (sequences.Any(s => s.Generated < Output))
        {
            var chosen = Enumerable.Range(0, prompts.Length)
                .Where(i => sequences[i].Generated < Output && random.Next(3) > 0).OrderBy(_ => random.Next()).ToArray();
            var entries = chosen.Select(i => Chunk(sequences[i], computed[i], random, most)).ToArray();
            var sampled = entries.Length == 0 ? [] : engine.Step(entries);
            for (var k = 0; k < entries.Length; k++)
            {
                computed[chosen[k]] += entries[k].Count;
                if (entries[k].Samples)
                {
                    bits[chosen[k]].AddRange(Bits(sampled[k]));
                    sequences[chosen[k]].Append(sampled[k].Token);
                }
            }
        }

        return bits;
    }

    private static BatchEntry Chunk(Sequence sequence, int computed, Random random, int most)
    {
        var left = sequence.Length - computed;
        var count = 1 + random.Next(Math.Min(most, left));
        return new BatchEntry(sequence, computed, count, count == left);
    }

    private static IEnumerable<uint> Bits(SampledToken sampled) =>
        sampled.Top!.OrderBy(t => t.Token).Select(t => BitConverter.SingleToUInt32Bits(t.Logprob));
}
