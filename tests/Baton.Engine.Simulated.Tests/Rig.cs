using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated.Tests;

/// <summary>A simulated worker without a thread: scheduler, runner and memory, stepped by the test.</summary>
internal sealed class Rig : IDisposable
{
    public static readonly ModelInfo Model = new("simulated", 4096, 1000, 0);
    private readonly SampledToken[] _sampled;

    public Rig(int blocks, SchedulerOptions? options = null, int bytesPerToken = 32, SimulationOptions? simulation = null, int layers = 2)
    {
        options ??= new SchedulerOptions();
        Layout = SimulatedModelRunner.LayoutOf(bytesPerToken, layers: layers);
        Memory = NativeKvMemory.For(Layout, blocks);
        Runner = new SimulatedModelRunner(
            Model,
            Layout,
            Memory,
            simulation ?? new SimulationOptions { Profile = PublishedProfiles.Instant },
            TimeProvider.System);
        Scheduler = new Scheduler(options, Layout, blocks, "secret"u8);
        _sampled = new SampledToken[options.MaxSequences];
    }

    public KvLayout Layout { get; }

    public NativeKvMemory Memory { get; }

    public SimulatedModelRunner Runner { get; }

    public Scheduler Scheduler { get; }

    /// <summary>Called while a step runs, for what it has completed so far.</summary>
    public Action<KvProduced>? LayersWritten { get; set; }

    /// <summary>How often some layers were handed over before their step ended.</summary>
    public int LayerGroups { get; private set; }

    public static SequenceRequest Request(
        string id, int[] prompt, int maxTokens, ulong seed = 1, SequenceWork work = SequenceWork.Whole) => new()
        {
            Key = new SequenceKey(id, 0, 0),
            Work = work,
            Tokens = prompt,
            PromptLength = prompt.Length,
            Sampling = new SamplingOptions { Seed = seed },
            Stop = new StopRules { MaxTokens = maxTokens },
        };

    public static int[] Prompt(int length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(Model.VocabularySize))];
    }

    public StepReport Step()
    {
        BatchPlan plan = Scheduler.Plan();
        Span<SampledToken> sampled = _sampled.AsSpan(0, plan.Entries.Count);
        Runner.Run(plan, sampled, written =>
        {
            foreach (KvProduced kv in Scheduler.CommitLayers(written))
            {
                LayerGroups++;
                LayersWritten?.Invoke(kv);
            }
        });
        return Scheduler.Commit(sampled);
    }

    /// <summary>Steps until every sequence has ended; gives the tokens of each.</summary>
    public Dictionary<SequenceKey, List<int>> RunToEnd()
    {
        Dictionary<SequenceKey, List<int>> outputs = [];
        while (Scheduler.Sequences.Count > 0)
        {
            StepReport report = Step();
            foreach (TokenOutput output in report.Tokens)
            {
                if (!outputs.TryGetValue(output.Key, out List<int>? tokens))
                    outputs.Add(output.Key, tokens = []);
                Assert.Equal(tokens.Count, output.Index);
                tokens.Add(output.Sampled.Token);
            }
        }

        return outputs;
    }

    /// <summary>The tokens of one request that runs alone.</summary>
    public int[] Alone(SequenceRequest request)
    {
        Assert.Null(Scheduler.Start(request));
        return [.. RunToEnd()[request.Key]];
    }

    public unsafe Span<byte> Block(int block, LayerRange? layers = null)
    {
        LayerRange range = layers ?? Layout.AllLayers;
        long offset = (long)block * Layout.BlockBytes + (long)range.First * Layout.LayerBytes;
        return new((byte*)Memory.Address + offset, range.Count * Layout.LayerBytes);
    }

    public void Dispose()
    {
        Runner.Dispose();
        Memory.Dispose();
    }
}
