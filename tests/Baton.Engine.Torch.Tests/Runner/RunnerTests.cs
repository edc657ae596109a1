using System.Runtime.InteropServices;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Tests.Support;
using TorchSharp;

namespace Baton.Engine.Torch.Tests.Runner;

public abstract class RunnerTests : IDisposable
{
    [Collection(TorchTests.Name)]
    public sealed class OnCpu() : RunnerTests(Backend.Cpu);

    [Collection(TorchTests.Name)]
    public sealed class OnTorch() : RunnerTests(Backend.Torch);

    private const int DecodeSteps = 8;

    private readonly Backend _backend;
    private readonly TestModel _folder = new();
    private readonly TorchModel _model;

    protected RunnerTests(Backend backend) => (_backend, _model) = (backend, _folder.Load());

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Run_HundredSteps_LeavesNoTensorBehind()
    {
        using var engine = new TestEngine(_backend, _model, 64);
        Sequence[] sequences =
            [engine.NewSequence(TestModel.Prompt(9), 120), engine.NewSequence(TestModel.Prompt(40), 150)];
        foreach (var sequence in sequences)
            sequence.Append(engine.Prefill(sequence, 7).Token);

        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 100; i++)
        {
            var sampled = engine.Decode(sequences);
            Assert.Equal(before, torch.Tensor.TotalCount);
            sequences[0].Append(sampled[0].Token);
            sequences[1].Append(sampled[1].Token);
        }
    }

    [Fact]
    public void Dispose_OfRunnerAndModel_FreesEveryTensor()
    {
        var before = torch.Tensor.TotalCount;
        using (var model = _folder.Load())
        using (var engine = new TestEngine(_backend, model, 64))
            engine.Prefill(engine.NewSequence(TestModel.Prompt(20), 20));

        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    [Fact]
    public void Run_ManyTogether_DrawsWhatEachDrawsAlone()
    {
        int[][] prompts = [.. Enumerable.Range(0, 12).Select(i => TestModel.Prompt(3 + (i * 11), seed: i))];
        using var together = new TestEngine(_backend, _model, 256);
        var sequences = prompts.Select(p => together.NewSequence(p, p.Length + DecodeSteps)).ToArray();
        var first = together.Step([.. sequences.Select(s => new BatchEntry(s, 0, s.Length, true))]);
        for (var i = 0; i < prompts.Length; i++)
            sequences[i].Append(first[i].Token);

        for (var step = 1; step < DecodeSteps; step++)
        {
            var sampled = together.Decode(sequences);
            for (var i = 0; i < prompts.Length; i++)
                sequences[i].Append(sampled[i].Token);
        }

        for (var i = 0; i < prompts.Length; i++)
            Assert.Equal(Generate(prompts[i]), sequences[i].Tokens[prompts[i].Length..].ToArray());
    }

    [Fact]
    public void Run_LayersWritten_TheirKvIsWhatItIsInTheEnd()
    {
        using var engine = new TestEngine(_backend, _model, 64);
        var sequence = engine.NewSequence(TestModel.Prompt(40), 40);
        var layerBytes = _model.Layout.LayerBytes;
        List<(int Layers, byte[] Bytes)> early = [];
        engine.Step(
            written => early.Add((written, Kv()[..(written * layerBytes)])), new BatchEntry(sequence, 0, 40, true));

        Assert.Equal(Enumerable.Range(1, TestModel.Layers), early.Select(e => e.Layers));
        Assert.All(early, e => Assert.Equal(Kv()[..e.Bytes.Length], e.Bytes));
        Assert.True(early[0].Bytes.AsSpan().IndexOfAnyExcept((byte)0) >= 0);

        byte[] Kv() => engine.Memory.Block(_model.Layout, sequence.Blocks[1]).ToArray();
    }

    [Fact]
    public void Run_EntryThatDoesNotSample_LeavesItsSlotAlone()
    {
        using var engine = new TestEngine(_backend, _model, 64);
        var chunked = engine.NewSequence(TestModel.Prompt(20), 20);
        var whole = engine.NewSequence(TestModel.Prompt(5), 5);
        var sampled = engine.Step(new BatchEntry(chunked, 0, 8, false), new BatchEntry(whole, 0, 5, true));
        Assert.Null(sampled[0].Top);
        Assert.NotNull(sampled[1].Top);
    }

    [Fact]
    public void TwoRunners_OfOneModel_ShareItsWeights()
    {
        var expected = Generate(TestModel.Prompt(30));
        var before = torch.Tensor.TotalCount;
        using var other = new TestEngine(_backend, _model, 64);
        Assert.Equal(expected, Generate(TestModel.Prompt(30)));

        // A torch runner's own tensors: the pool and two views of each layer.
        var own = _backend == Backend.Torch ? 1 + (2 * TestModel.Layers) : 0;
        Assert.Equal(before + own, torch.Tensor.TotalCount);
    }

    [Fact]
    public void KvBlocks_CopiedToAnotherRunner_ContinueIdentically()
    {
        var prompt = TestModel.Prompt(37);
        using var prefill = new TestEngine(_backend, _model, 64);
        using var decode = new TestEngine(_backend, _model, 128);
        var source = prefill.NewSequence(prompt, prompt.Length + DecodeSteps);
        var target = decode.NewSequence(prompt, prompt.Length + DecodeSteps);
        var first = prefill.Prefill(source, 16);
        for (var i = 0; i < _model.Layout.BlocksFor(prompt.Length); i++)
        {
            var sent = prefill.Memory.Block(_model.Layout, source.Blocks[i]);
            sent.CopyTo(decode.Memory.Block(_model.Layout, target.Blocks[i]));
        }

        source.Append(first.Token);
        target.Append(first.Token);
        for (var i = 0; i < DecodeSteps - 1; i++)
        {
            var (here, there) = (prefill.Decode(source)[0], decode.Decode(target)[0]);
            Assert.Equal(here.Top, there.Top);
            source.Append(here.Token);
            target.Append(there.Token);
        }
    }

    [Theory]
    [InlineData(KvFormat.F32, 1e-4f)]
    [InlineData(KvFormat.BF16, 1e-2f)]
    public void KvBlocks_OfTheOtherBackend_AreReadable(KvFormat format, float tolerance)
    {
        var prompt = TestModel.Prompt(37);
        using var model = TorchModel.Load(_folder.Folder, new TorchOptions { Threads = 1, Kv = format });
        using var here = new TestEngine(_backend, model, 64);
        using var there = new TestEngine(_backend == Backend.Cpu ? Backend.Torch : Backend.Cpu, model, 64);
        var source = here.NewSequence(prompt, prompt.Length + DecodeSteps, TestModel.Vocabulary);
        var target = there.NewSequence(prompt, prompt.Length + DecodeSteps, TestModel.Vocabulary);
        source.Append(here.Prefill(source, 16).Token);
        target.Append(source.Tokens[^1]);
        foreach (var block in source.Blocks)
            here.Memory.Block(model.Layout, block).CopyTo(there.Memory.Block(model.Layout, block));

        for (var i = 0; i < DecodeSteps - 1; i++)
        {
            var (expected, actual) = (here.Decode(source)[0], there.Decode(target)[0]);
            foreach (var (a, b) in expected.Top!.OrderBy(t => t.Token).Zip(actual.Top!.OrderBy(t => t.Token)))
                Assert.Equal(a.Logprob, b.Logprob, tolerance);
            source.Append(expected.Token);
            target.Append(expected.Token);
        }
    }

    [Fact]
    public void KvInBF16_IsTheNearestToF32()
    {
        using var rounded = TorchModel.Load(_folder.Folder, new TorchOptions { Threads = 1, Kv = KvFormat.BF16 });
        var exact = MemoryMarshal.Cast<byte, float>(FirstLayer(_model));
        var halves = MemoryMarshal.Cast<byte, ushort>(FirstLayer(rounded));
        Assert.Equal(exact.Length, halves.Length);
        Assert.True(exact.IndexOfAnyExcept(0f) >= 0);
        for (var i = 0; i < exact.Length; i++)
            Assert.Equal(Nearest(exact[i]), BitConverter.UInt32BitsToSingle((uint)halves[i] << 16));

        Assert.NotEqual(_model.Layout.Fingerprint, rounded.Layout.Fingerprint);
        Assert.Equal(_model.Layout.BlockBytes, 2 * rounded.Layout.BlockBytes);
    }

    [Fact]
    public void CachedPrefix_SharedBlocks_GiveWhatAFullPrefillGives()
    {
        var prompt = TestModel.Prompt(45);
        using var engine = new TestEngine(_backend, _model, 64);
        var full = engine.NewSequence(prompt, 48);
        var expected = engine.Prefill(full);
        var own = engine.NewSequence(prompt, 48).Blocks.ToArray();
        var cached = Sequences.Of(prompt, [.. full.Blocks[..2], own[2]]);
        var actual = engine.Prefill(cached, from: 32);
        Assert.Equal(expected.Token, actual.Token);
        Assert.Equal(expected.Logprob, actual.Logprob, 1e-5f);
    }

    [Theory]
    [InlineData(20, 38)]
    [InlineData(60, 34)]
    public void Run_KvThatIsNoNumber_SpoilsItsOwnSequenceOnly(int mateLength, int nextLength)
    {
        using var engine = new TestEngine(_backend, _model, 64);
        int[][] prompts = [TestModel.Prompt(mateLength, 1), TestModel.Prompt(40, 2), TestModel.Prompt(nextLength)];
        var (mate, broken) = (engine.NewSequence(prompts[0], 80), engine.NewSequence(prompts[1], 80));
        mate.Append(engine.Prefill(mate).Token);
        broken.Append(engine.Prefill(broken).Token);
        foreach (var block in broken.Blocks)
            engine.Memory.Block(_model.Layout, block).Fill(0xFF);

        var sampled = engine.Decode(mate, broken);
        Assert.True(sampled[1].IsNone);
        mate.Append(sampled[0].Token);

        // What the broken one leaves in its blocks is not seen by the next that has them.
        var next = Sequences.Of(prompts[2], broken.Blocks.ToArray());
        next.Append(engine.Prefill(next, 16).Token);
        while (mate.Generated < DecodeSteps)
        {
            sampled = engine.Decode(mate, next);
            mate.Append(sampled[0].Token);
            next.Append(sampled[1].Token);
        }

        Assert.Equal(Generate(prompts[0]), mate.Tokens[prompts[0].Length..].ToArray());
        Assert.Equal(Generate(prompts[2])[..next.Generated], next.Tokens[prompts[2].Length..].ToArray());
    }

    [Fact]
    public void Run_BadPlans_AreRefusedBeforeAnythingRuns()
    {
        using var engine = new TestEngine(_backend, _model, 8);
        Assert.Throws<ArgumentException>(() => engine.Prefill(Sequences.Of([1, 2, 3], [8])));
        Assert.Throws<ArgumentException>(() => engine.Prefill(Sequences.Of([1, 2, 3], [-1])));
        Assert.Throws<ArgumentException>(() => engine.Prefill(Sequences.Of(TestModel.Prompt(17), [0])));
        Assert.Throws<ArgumentException>(() => engine.Step(new BatchEntry(Sequences.Of([1, 2], [0]), 1, 2, true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => engine.Prefill(Sequences.Of(new int[4097], [0])));
    }

    [Fact]
    public void Run_OnAnotherThread_IsRefused()
    {
        using var engine = new TestEngine(_backend, _model, 8);
        var sequence = engine.NewSequence([1, 2, 3], 16);
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => engine.Prefill(sequence)));
        thread.Start();
        thread.Join();
        Assert.IsType<InvalidOperationException>(thrown);
    }

    [Fact]
    public void Interrupt_EndsRuns_AndLeavesNoTensorBehind()
    {
        using var engine = new TestEngine(_backend, _model, 8);
        var sequence = engine.NewSequence([1, 2, 3], 16);
        var before = torch.Tensor.TotalCount;
        engine.Runner.Interrupt();
        Assert.Throws<OperationCanceledException>(() => engine.Prefill(sequence));
        Assert.Equal(before, torch.Tensor.TotalCount);
    }

    // What no attention went into, so that the format changes nothing but the rounding.
    private byte[] FirstLayer(TorchModel model)
    {
        using var engine = new TestEngine(_backend, model, 64);
        var sequence = engine.NewSequence(TestModel.Prompt(16), 16);
        engine.Prefill(sequence);
        return engine.Memory.Block(model.Layout, sequence.Blocks[0])[..model.Layout.LayerBytes].ToArray();
    }

    // Seven bits behind the leading one.
    private static float Nearest(float value)
    {
        if (value == 0)
            return 0;

        var step = Math.ScaleB(1, Math.ILogB(value) - 7);
        return (float)(Math.Round(value / step, MidpointRounding.ToEven) * step);
    }

    private int[] Generate(int[] prompt)
    {
        using var engine = new TestEngine(_backend, _model, 64);
        var sequence = engine.NewSequence(prompt, prompt.Length + DecodeSteps);
        sequence.Append(engine.Prefill(sequence).Token);
        while (sequence.Generated < DecodeSteps)
            sequence.Append(engine.Decode(sequence)[0].Token);

        return sequence.Tokens[prompt.Length..].ToArray();
    }
}
