using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Native;
using Baton.Engine.Torch.Runner;
using Baton.Engine.Torch.Tests.Support;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Tests.Runner;

/// <summary>
/// A model whose KV lies elsewhere than the worker's KV memory, as on a GPU: here on the CPU too, so that what is not copied is
/// missing just the same.
/// </summary>
[Collection(TorchTests.Name)]
public sealed class KvCopiesTests
{
    private const int Blocks = 12;
    private const int Layers = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnyOrder_BothSidesHaveWhatWasWrittenLast(int seed)
    {
        TorchRuntime.EnsureLoaded();
        var random = new Random(seed);
        using var memory = new TestKvMemory(Blocks * Layers * 2 * sizeof(float));
        using var device = zeros([Blocks * Layers, 2], ScalarType.Float32);
        using var copies = new KvCopies(device, memory, Blocks, Layers);
        for (var round = 0; round < 300; round++)
        {
            int[] blocks = [.. Enumerable.Range(0, Blocks).Where(_ => random.Next(3) == 0)];
            var value = (float)round + 1;
            switch (random.Next(3))
            {
                case 0:
                    foreach (var block in blocks)
                        Write(device, copies, block, value);
                    break;
                case 1:
                    foreach (var block in blocks)
                        Host(memory, block).Fill(value);
                    copies.Import(blocks);
                    Assert.All(blocks, b => Assert.Equal(Enumerable.Repeat(value, Layers * 2), Device(device, b)));
                    break;
                default:
                    var layers = random.Next(2) == 0 ? new LayerRange(0, Layers) : new LayerRange(1, 1);
                    copies.Export(blocks, layers);
                    foreach (var block in blocks)
                        Assert.Equal(
                            Device(device, block)[(layers.First * 2)..(layers.End * 2)],
                            Host(memory, block)[(layers.First * 2)..(layers.End * 2)].ToArray());
                    break;
            }
        }
    }

    [Theory]
    [InlineData(KvFormat.F32)]
    [InlineData(KvFormat.BF16)]
    public async Task HandedOver_FromApartToApart_IsWhatOneEngineGives(KvFormat format)
    {
        using var folder = new TestModel();
        using var model = TorchModel.Load(folder.Folder, new TorchOptions { Threads = 1, Kv = format });
        await using var together = new Worker(model, apart: false);
        await using var prefill = new Worker(model, apart: true);
        await using var decode = new Worker(model, apart: true);
        var shared = TestModel.Prompt(40, seed: 1);
        for (var i = 0; i < 4; i++)
        {
            // The first blocks of later prompts are in both caches already.
            int[] prompt = [.. shared, .. TestModel.Prompt(5 + (20 * i), seed: 10 + i)];
            await together.Engine.SubmitAsync(new EngineCommand.Start(Request(i, prompt, SequenceWork.Whole)), Cancel);
            var expected = await together.TokensAsync(i, Cancel);
            Assert.Equal(expected, await HandOverAsync(prefill, decode, i, prompt));
        }

        Assert.True(decode.Engine.Load.BlocksCached > 0);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<List<int>> HandOverAsync(Worker prefill, Worker decode, int index, int[] prompt)
    {
        var request = Request(index, prompt, SequenceWork.Import);
        var reply = new TaskCompletionSource<Reservation>();
        await decode.Engine.SubmitAsync(new EngineCommand.Reserve(request, reply), Cancel);
        var target = (await reply.Task).Blocks!;
        await prefill.Engine.SubmitAsync(
            new EngineCommand.Start(Request(index, prompt, SequenceWork.Prefill)), Cancel);
        while (true)
        {
            var report = await prefill.Engine.Reports.ReadAsync(Cancel);
            foreach (var kv in report.Kv)
            {
                for (var b = 0; b < kv.Blocks.Length; b++)
                    prefill.Block(kv.Blocks[b]).CopyTo(decode.Block(target[kv.FirstBlock + b]));
                if (!kv.Last)
                    continue;

                await decode.Engine.SubmitAsync(new EngineCommand.Activate(request.Key, kv.First), Cancel);
                await prefill.Engine.SubmitAsync(new EngineCommand.Release(request.Key), Cancel);
                return [kv.First.Token, .. await decode.TokensAsync(index, Cancel)];
            }
        }
    }

    private static SequenceRequest Request(int index, int[] prompt, SequenceWork work) => new()
    {
        Key = new SequenceKey("apart", index, 0),
        Work = work,
        Tokens = prompt,
        PromptLength = prompt.Length,
        Sampling = SamplingOptions.Greedy,
        Stop = new StopRules { MaxTokens = 20 },
    };

    private static void Write(Tensor device, KvCopies copies, int block, float value)
    {
        var plan = new BatchPlan();
        int[] table = [(block + 1) % Blocks, block];
        plan.Add(new BatchEntry(Sequences.Of(TestModel.Prompt(32), table), 16, 16, true));
        copies.Written(plan);
        using var rows = device.narrow(0, block * Layers, Layers);
        rows.fill_(value);
    }

    private static float[] Device(Tensor device, int block)
    {
        using var rows = device.narrow(0, block * Layers, Layers).clone();
        return rows.data<float>().ToArray();
    }

    private static unsafe Span<float> Host(TestKvMemory memory, int block) =>
        new((float*)memory.Address + (block * Layers * 2), Layers * 2);

    private sealed class Worker : IAsyncDisposable
    {
        private const int PoolBlocks = 64;

        private readonly TorchModel _model;
        private readonly TestKvMemory _memory;

        public Worker(TorchModel model, bool apart)
        {
            _model = model;
            _memory = new TestKvMemory((long)PoolBlocks * model.Layout.BlockBytes);
            Engine = new EngineLoop(
                new TorchModelRunner(model, _memory, PoolBlocks, 24, apart),
                PoolBlocks,
                new SchedulerOptions { StepTokenBudget = 24, MaxSequences = 8 },
                new EngineLoopOptions(),
                TimeProvider.System);
        }

        public EngineLoop Engine { get; }

        public Span<byte> Block(int block) => _memory.Block(_model.Layout, block);

        public async Task<List<int>> TokensAsync(int index, CancellationToken cancellationToken)
        {
            List<int> tokens = [];
            while (true)
            {
                var report = await Engine.Reports.ReadAsync(cancellationToken);
                Assert.Empty(report.Failures);
                foreach (var token in report.Tokens.Where(t => t.Key.Choice == index))
                {
                    tokens.Add(token.Sampled.Token);
                    if (token.Finish is not null)
                        return tokens;
                }
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            _memory.Dispose();
        }
    }
}
