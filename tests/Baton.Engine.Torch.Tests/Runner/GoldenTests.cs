using Baton.Core.Scheduling;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Runner;

public abstract class GoldenTests(Backend backend)
{
    [Collection(TorchTests.Name)]
    public sealed class OnCpu() : GoldenTests(Backend.Cpu);

    [Collection(TorchTests.Name)]
    public sealed class OnTorch() : GoldenTests(Backend.Torch);

    private readonly Golden _golden = Golden.Load();

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16)]
    public void Greedy_OneAtATime_EqualsGolden(int chunk)
    {
        using var model = TorchModel.Load(Golden.ModelFolder, new TorchOptions { Threads = 1 });
        foreach (var text in _golden.Greedy)
        {
            using var engine = new TestEngine(backend, model, 64);
            var sequence = engine.NewSequence(text.PromptIds, text.PromptIds.Length + text.OutputIds.Length);
            var output = new List<int> { engine.Prefill(sequence, chunk).Token };
            while (output.Count < text.OutputIds.Length)
            {
                sequence.Append(output[^1]);
                output.Add(engine.Decode(sequence)[0].Token);
            }

            Assert.Equal(text.OutputIds, output);
        }
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(7)]
    public void Greedy_AllInOneBatch_EqualsGolden(int chunk)
    {
        using var model = TorchModel.Load(Golden.ModelFolder, new TorchOptions { Threads = 1 });
        using var engine = new TestEngine(backend, model);
        var sequences = _golden.Greedy
            .Select(t => engine.NewSequence(t.PromptIds, t.PromptIds.Length + t.OutputIds.Length)).ToArray();
        var computed = new int[sequences.Length];
        while (true)
        {
            // Every sequence takes part until it is done: chunks of long prompts ride with decodes of short ones.
            var running = Enumerable.Range(0, sequences.Length)
                .Where(i => sequences[i].Generated < _golden.Greedy[i].OutputIds.Length).ToArray();
            if (running.Length == 0)
                break;

            var entries = running.Select(i => Next(sequences[i], computed[i], chunk)).ToArray();
            var sampled = engine.Step(entries);
            for (var k = 0; k < running.Length; k++)
            {
                computed[running[k]] += entries[k].Count;
                if (entries[k].Samples)
                    sequences[running[k]].Append(sampled[k].Token);
            }
        }

        for (var i = 0; i < sequences.Length; i++)
            Assert.Equal(_golden.Greedy[i].OutputIds, sequences[i].Tokens[sequences[i].PromptLength..].ToArray());
    }

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(1)]
    [InlineData(16)]
    public void Logprobs_OfGoldenPositions_AgreeWithinTolerance(int chunk)
    {
        using var model = TorchModel.Load(Golden.ModelFolder, new TorchOptions { Threads = 1 });
        foreach (var position in _golden.TopLogprobs)
        {
            using var engine = new TestEngine(backend, model, 64);
            var sequence = engine.NewSequence(position.ContextIds, position.ContextIds.Length);
            var top = engine.Prefill(sequence, chunk).Top!;
            foreach (var (expected, actual) in position.Top.Zip(top))
            {
                Assert.Equal(expected.Id, actual.Token);
                Assert.Equal(expected.Logprob, actual.Logprob, 1e-4);
            }
        }
    }

    private static BatchEntry Next(Sequence sequence, int computed, int chunk)
    {
        var count = Math.Min(chunk, sequence.Length - computed);
        return new BatchEntry(sequence, computed, count, computed + count == sequence.Length);
    }
}
