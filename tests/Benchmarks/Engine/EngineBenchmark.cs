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
internal sealed class EngineBenchmark(
    string folder, int threads, WeightFormat weights, KvFormat kv, int decodePrompt, string[] which, int repetitions, string? llama)
{
    public const int DecodeTokens = 64;
    private const int PromptTokens = 512;
    private static readonly int[] Batches = [1, 8, 32];

    public Dictionary<string, double> Run()
    {
        using var model = TorchModel.Load(folder, new TorchOptions { Threads = threads, Weights = weights, Kv = kv });
        var results = new Dictionary<string, double> { ["threads"] = threads, ["decodePrompt"] = decodePrompt };
        Dictionary<string, Func<IKvMemory, int, IModelRunner>> backends = new()
        {
            ["cpu"] = (memory, blocks) => new CpuModelRunner(model, memory, blocks, PromptTokens),
            ["torch"] = (memory, blocks) => new TorchModelRunner(model, memory, blocks, PromptTokens),
        };
        if (decodePrompt + DecodeTokens > model.Config.MaxContext)
            throw new ModelFormatException($"--decode-prompt: the model has {model.Config.MaxContext} positions, and {DecodeTokens} are generated.");
        using var peer = llama is null
            ? null
            : new LlamaBenchmark(llama, folder, weights == WeightFormat.Int8, threads, Batches[^1], Prompt(model), decodePrompt);
        var samples = new Dictionary<string, List<double>>();
        for (var round = 0; round <= repetitions; round++)
        {
            // In turn: what slows the machine for a while slows all of them. The first round warms up.
            foreach (var (name, create) in backends.Where(b => which.Contains(b.Key)))
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

    private void Measure(
        TorchModel model, string name, Func<IKvMemory, int, IModelRunner> create, Dictionary<string, List<double>> samples)
    {
        var blocks = 2 * Batches[^1] * model.Layout.BlocksFor(Math.Max(decodePrompt + DecodeTokens + 1, PromptTokens / Batches[^1]));
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

    private double Decode(TorchModel model, IModelRunner runner, int blocks, int batch)
    {
        var scheduler = Scheduler(model, blocks);
        for (var i = 0; i < batch; i++)
            Start(scheduler, model, i, decodePrompt, DecodeTokens);

        while (scheduler.Sequences.Any(s => s.Generated == 0))
            Step(scheduler, runner);

        // As long as all of them decode: of long prompts the first have generated while the last were read.
        var (tokens, start) = (0, Stopwatch.GetTimestamp());
        while (scheduler.Sequences.Count == batch)
            tokens += Step(scheduler, runner);
        var rate = tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
        Finish(scheduler, runner);
        return rate;
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

    private static int Step(Scheduler scheduler, IModelRunner runner)
    {
        var plan = scheduler.Plan();
        var sampled = new SampledToken[plan.Entries.Count];
        runner.Run(plan, sampled);
        var tokens = scheduler.Commit(sampled).Tokens;
        foreach (var token in tokens.Where(t => t.Finish is not null))
            scheduler.Release(token.Key);
        return tokens.Count;
    }

    private void AddLimits(TorchModel model, Dictionary<string, double> results)
    {
        var config = model.Config;
        double read = MachineLimits.ReadBandwidth(threads), flops = MachineLimits.MatrixFlops(threads);
        var registers = MachineLimits.RegisterFlops(threads);
        var layers = (double)config.Layers * config.HiddenSize
            * (config.QuerySize + (2 * config.KvSize) + config.QuerySize + (3 * config.IntermediateSize));
        var head = (double)config.VocabularySize * config.HiddenSize;
        var context = decodePrompt + (DecodeTokens / 2);
        var kv = (double)context * model.Layout.BytesPerToken;
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
        results["registerGFlops"] = registers / 1e9;
        Dictionary<string, double> products = new()
        {
            ["cpu"] = (2 * (layers - skipped)) + attention,
            ["torch"] = (2 * layers) + attention,
        };
        foreach (var (name, read1) in bytes.Where(b => which.Contains(b.Key)))
        {
            var reached = results[$"{name}.prefill{PromptTokens}"] * products[name];
            results[$"{name}.prefillShareOfFlops"] = reached / flops;
            results[$"{name}.prefillShareOfRegisterFlops"] = reached / registers;
            results[$"{name}.decode1ShareOfRead"] = results[$"{name}.decode1"] * read1 / read;
        }
    }
}
