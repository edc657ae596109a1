using System.Diagnostics;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch;
using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Runner;

namespace Baton.Benchmarks.Engine;

/// <summary>
/// Tokens a second of an engine's scheduler and runner together, without a server around them, and the share that they reach
/// of what the machine can do.
/// </summary>
internal sealed class EngineBenchmark(string folder, int threads, WeightFormat weights, int repetitions)
{
    private const int PromptTokens = 512;
    private const int DecodeTokens = 64;
    private const int ShortPrompt = 16;
    private static readonly int[] Batches = [1, 8, 32];

    public Dictionary<string, double> Run()
    {
        using var model = TorchModel.Load(folder, new TorchOptions { Threads = threads, Weights = weights });
        var results = new Dictionary<string, double> { ["threads"] = threads };
        Dictionary<string, Func<IKvMemory, int, IModelRunner>> backends = new()
        {
            ["cpu"] = (memory, blocks) => new CpuModelRunner(model, memory, blocks, PromptTokens),
            ["torch"] = (memory, blocks) => new TorchModelRunner(model, memory, blocks, PromptTokens),
        };
        foreach (var (name, create) in backends)
        {
            // Each on a thread of its own, as engines are.
            var thread = new Thread(() => Measure(model, name, create, results));
            thread.Start();
            thread.Join();
        }

        AddLimits(model, results);
        return results;
    }

    private void Measure(
        TorchModel model, string name, Func<IKvMemory, int, IModelRunner> create, Dictionary<string, double> results)
    {
        var blocks = 2 * Batches[^1] * model.Layout.BlocksFor(ShortPrompt + DecodeTokens + 1);
        using var memory = NativeKvMemory.For(model.Layout, blocks);
        using var runner = create(memory, blocks);
        runner.Start();
        results[$"{name}.prefill{PromptTokens}"] = Median(() => Prefill(model, runner, blocks));
        foreach (var batch in Batches)
            results[$"{name}.decode{batch}"] = Median(() => Decode(model, runner, blocks, batch));
    }

    // Once to warm up, then the median: neighbours on the machine make single runs slow, and nothing makes one fast.
    private double Median(Func<double> measure)
    {
        measure();
        return Enumerable.Range(0, repetitions).Select(_ => measure()).Order().ElementAt(repetitions / 2);
    }

    private static double Prefill(TorchModel model, IModelRunner runner, int blocks)
    {
        var scheduler = Scheduler(model, blocks);
        var length = Math.Min(PromptTokens, model.Config.MaxContext - 1);
        Start(scheduler, model, 0, length, 1);
        var start = Stopwatch.GetTimestamp();
        Finish(scheduler, runner);
        return length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Decode(TorchModel model, IModelRunner runner, int blocks, int batch)
    {
        var scheduler = Scheduler(model, blocks);
        for (var i = 0; i < batch; i++)
            Start(scheduler, model, i, ShortPrompt, DecodeTokens);

        Step(scheduler, runner);
        var start = Stopwatch.GetTimestamp();
        Finish(scheduler, runner);
        return batch * (DecodeTokens - 1) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Scheduler Scheduler(TorchModel model, int blocks) => new(
        new SchedulerOptions { StepTokenBudget = PromptTokens, MaxSequences = Batches[^1] }, model.Layout, blocks, "benchmark"u8);

    private static void Start(Scheduler scheduler, TorchModel model, int index, int length, int output)
    {
        var random = new Random(index);
        var failure = scheduler.Start(new SequenceRequest
        {
            Key = new SequenceKey("benchmark", index, 0),
            Work = SequenceWork.Whole,
            Tokens = [.. Enumerable.Range(0, length).Select(_ => random.Next(3, model.Config.VocabularySize))],
            PromptLength = length,
            Sampling = SamplingOptions.Greedy,
            Stop = new StopRules { MaxTokens = output },
        });
        if (failure is not null)
            throw new InvalidOperationException(failure.ToString());
    }

    private static void Finish(Scheduler scheduler, IModelRunner runner)
    {
        while (scheduler.Sequences.Count > 0)
            Step(scheduler, runner);
    }

    private static void Step(Scheduler scheduler, IModelRunner runner)
    {
        var plan = scheduler.Plan();
        var sampled = new SampledToken[plan.Entries.Count];
        runner.Run(plan, sampled);
        foreach (var token in scheduler.Commit(sampled).Tokens.Where(t => t.Finish is not null))
            scheduler.Release(token.Key);
    }

    private void AddLimits(TorchModel model, Dictionary<string, double> results)
    {
        var config = model.Config;
        double read = MachineLimits.ReadBandwidth(threads), flops = MachineLimits.MatrixFlops(threads);
        var layers = (double)config.Layers * config.HiddenSize
            * (config.QuerySize + (2 * config.KvSize) + config.QuerySize + (3 * config.IntermediateSize));
        var head = (double)config.VocabularySize * config.HiddenSize;
        var context = ShortPrompt + (DecodeTokens / 2);
        var bytes = ((layers + head) * sizeof(float)) + ((double)context * model.Layout.BlockBytes / TorchModel.BlockTokens);
        var attention = 2.0 * config.Layers * config.QuerySize * PromptTokens;
        results["readGBs"] = read / 1e9;
        results["matrixGFlops"] = flops / 1e9;
        foreach (var name in (string[])["cpu", "torch"])
        {
            results[$"{name}.prefillShareOfFlops"] = results[$"{name}.prefill{PromptTokens}"] * ((2 * layers) + attention) / flops;
            results[$"{name}.decode1ShareOfRead"] = results[$"{name}.decode1"] * bytes / read;
        }
    }
}
