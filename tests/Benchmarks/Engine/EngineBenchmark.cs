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
internal sealed class EngineBenchmark(string folder, int threads, WeightFormat weights, KvFormat kv, int repetitions, string? llama)
{
    public const int DecodeTokens = 64;
    public const int ShortPrompt = 16;
    private const int PromptTokens = 512;
    private static readonly int[] Batches = [1, 8, 32];

    public Dictionary<string, double> Run()
    {
        using var model = TorchModel.Load(folder, new TorchOptions { Threads = threads, Weights = weights, Kv = kv });
        var results = new Dictionary<string, double> { ["threads"] = threads };
        Dictionary<string, Func<IKvMemory, int, IModelRunner>> backends = new()
        {
            ["cpu"] = (memory, blocks) => new CpuModelRunner(model, memory, blocks, PromptTokens),
            ["torch"] = (memory, blocks) => new TorchModelRunner(model, memory, blocks, PromptTokens),
        };
        using var peer = llama is null
            ? null
            : new LlamaBenchmark(llama, folder, weights == WeightFormat.Int8, threads, Batches[^1], Prompt(model));
        var samples = new Dictionary<string, List<double>>();
        for (var round = 0; round <= repetitions; round++)
        {
            // In turn: what slows the machine for a while slows all of them. The first round warms up.
            foreach (var (name, create) in backends)
                OnItsThread(() => Measure(model, name, create, samples));
            if (peer is not null)
                Measure(model, peer, samples);
            if (round == 0 && repetitions > 0)
                samples.Clear();
        }

        // The median: neighbours on the machine make single runs slow, and nothing makes one fast.
        foreach (var (name, rates) in samples)
            results[name] = rates.Order().ElementAt(rates.Count / 2);

        AddLimits(model, results);
        return results;
    }

    // Each on a thread of its own, as engines are.
    private static void OnItsThread(Action measure)
    {
        var thread = new Thread(() => measure());
        thread.Start();
        thread.Join();
    }

    private static void Measure(
        TorchModel model, string name, Func<IKvMemory, int, IModelRunner> create, Dictionary<string, List<double>> samples)
    {
        var blocks = 2 * Batches[^1] * model.Layout.BlocksFor(ShortPrompt + DecodeTokens + 1);
        using var memory = NativeKvMemory.For(model.Layout, blocks);
        using var runner = create(memory, blocks);
        runner.Start();
        Add(samples, $"{name}.prefill{PromptTokens}", Prefill(model, runner, blocks));
        foreach (var batch in Batches)
            Add(samples, $"{name}.decode{batch}", Decode(model, runner, blocks, batch));
    }

    private static void Measure(TorchModel model, LlamaBenchmark peer, Dictionary<string, List<double>> samples)
    {
        Add(samples, $"llama.prefill{PromptTokens}", peer.Prefill(Prompt(model)));
        foreach (var batch in Batches)
            Add(samples, $"llama.decode{batch}", peer.Decode(batch));
    }

    private static void Add(Dictionary<string, List<double>> samples, string name, double rate)
    {
        if (!samples.TryGetValue(name, out var rates))
            samples.Add(name, rates = []);

        rates.Add(rate);
    }

    private static int Prompt(TorchModel model) => Math.Min(PromptTokens, model.Config.MaxContext - 1);

    private static double Prefill(TorchModel model, IModelRunner runner, int blocks)
    {
        var scheduler = Scheduler(model, blocks);
        var length = Prompt(model);
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
        var kv = (double)context * model.Layout.BlockBytes / TorchModel.BlockTokens;
        Dictionary<string, double> bytes = new()
        {
            ["cpu"] = model.StepBytes + kv,
            ["torch"] = ((layers + head) * sizeof(float)) + kv,
        };

        // Of the last layer nothing is computed but keys and values (and queries) where no token is drawn.
        var skipped = (double)config.HiddenSize * (config.QuerySize + (3 * config.IntermediateSize));
        var attention = 2.0 * (config.Layers - 1) * config.QuerySize * PromptTokens;
        results["readGBs"] = read / 1e9;
        results["matrixGFlops"] = flops / 1e9;
        Dictionary<string, double> products = new()
        {
            ["cpu"] = (2 * (layers - skipped)) + attention,
            ["torch"] = (2 * layers) + attention,
        };
        foreach (var (name, read1) in bytes)
        {
            results[$"{name}.prefillShareOfFlops"] = results[$"{name}.prefill{PromptTokens}"] * products[name] / flops;
            results[$"{name}.decode1ShareOfRead"] = results[$"{name}.decode1"] * read1 / read;
        }
    }
}
