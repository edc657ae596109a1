using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>A model, KV memory and a runner, started on the test's own thread.</summary>
internal sealed class TestEngine : IDisposable
{
    private int _nextBlock;

    public TestEngine(Backend backend, TorchModel model, int kvBlocks = 1024)
    {
        Model = model;
        KvBlocks = kvBlocks;
        Memory = new TestKvMemory((long)kvBlocks * model.Layout.BlockBytes);
        Runner = backend.Runner(model, Memory, kvBlocks, 4096);
        Runner.Start();
    }

    public TorchModel Model { get; }

    public int KvBlocks { get; }

    public TestKvMemory Memory { get; }

    public IModelRunner Runner { get; }

    /// <summary>A sequence with room for <paramref name="room"/> positions in blocks that no other one has.</summary>
    public Sequence NewSequence(int[] prompt, int room, int topLogprobs = 5)
    {
        var count = Model.Layout.BlocksFor(room);
        var blocks = Enumerable.Range(_nextBlock, count).Select(Scattered);
        _nextBlock += count;
        Assert.True(_nextBlock <= KvBlocks, "The test needs a larger pool.");
        return Sequences.Of(prompt, [.. blocks], topLogprobs);
    }

    /// <summary>
    /// Spreads blocks over the pool: 389 is prime, so no two counters meet in a pool of a power of two.
    /// </summary>
    public int Scattered(int counter) => (int)((counter * 389L + 7) % KvBlocks);

    /// <summary>Runs one plan.</summary>
    public SampledToken[] Step(params BatchEntry[] entries) => Step(null, entries);

    /// <summary>Runs one plan and says which layers are written.</summary>
    public SampledToken[] Step(Action<int>? layersWritten, params BatchEntry[] entries)
    {
        var plan = new BatchPlan();
        foreach (var entry in entries)
            plan.Add(entry);

        var sampled = new SampledToken[entries.Length];
        Runner.Run(plan, sampled, layersWritten);
        return sampled;
    }

    /// <summary>Prefills from <paramref name="from"/> in chunks; what follows the last token.</summary>
    public SampledToken Prefill(Sequence sequence, int chunk = int.MaxValue, int from = 0)
    {
        while (true)
        {
            var count = Math.Min(chunk, sequence.Length - from);
            var last = from + count == sequence.Length;
            var sampled = Step(new BatchEntry(sequence, from, count, last))[0];
            if (last)
                return sampled;

            from += count;
        }
    }

    /// <summary>Decodes all sequences together, one token a step.</summary>
    public SampledToken[] Decode(params Sequence[] sequences) =>
        Step([.. sequences.Select(s => new BatchEntry(s, s.Length - 1, 1, true))]);

    public void Dispose()
    {
        Runner.Dispose();
        Memory.Dispose();
    }
}
