using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated;

/// <summary>
/// A model runner without a model. It keeps real bytes in the KV memory and draws each token from what it reads back
/// there, so a block that is wrong or missing gives other tokens, while batching, chunking, cache hits, preemption
/// and handoff give the same. Steps take the time that its profile says.
/// </summary>
public sealed class SimulatedModelRunner : IModelRunner
{
    private readonly SimulationOptions _options;
    private readonly SimulatedKv _kv;
    private readonly SimulatedDraw _draw;
    private readonly StepClock _clock;

    /// <param name="model">What it claims to be; its vocabulary bounds the tokens.</param>
    /// <param name="layout">Its KV; the bytes of a position set what a handoff weighs.</param>
    /// <param name="memory">The pool, disposed by whoever made it.</param>
    /// <param name="options">Timing and chance.</param>
    /// <param name="time">The clock that steps take time on.</param>
    public SimulatedModelRunner(
        ModelInfo model, KvLayout layout, IKvMemory memory, SimulationOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        options.Validate();
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.FirstToken, model.VocabularySize);
        Model = model;
        Layout = layout;
        _options = options;
        _kv = new SimulatedKv(layout, memory);
        _draw = new SimulatedDraw(options, model.VocabularySize);
        _clock = new StepClock(time);
    }

    public ModelInfo Model { get; }

    public KvLayout Layout { get; }

    /// <summary>The layout of a simulated model's KV.</summary>
    /// <param name="bytesPerToken">A multiple of 8 times the layers.</param>
    /// <param name="blockTokens">Positions of a block.</param>
    /// <param name="model">Whose KV it is.</param>
    /// <param name="layers">Layers that a step goes through.</param>
    public static KvLayout LayoutOf(int bytesPerToken, int blockTokens = 16, string model = "", int layers = 1) =>
        new(blockTokens, bytesPerToken, $"simulated-2/{model}", layers);

    public void Start()
    {
    }

    public void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        TimeSpan layerTime = StepTime(plan) / Layout.Layers;
        _clock.Begin();

        // All writes before any read: a real step is one forward pass.
        for (int layer = 0; layer < Layout.Layers; layer++)
        {
            for (int i = 0; i < plan.Entries.Count; i++)
                _kv.Write(plan.Entries[i], layer);
            _clock.Pass(layerTime);
            layersWritten?.Invoke(layer + 1);
        }

        for (int i = 0; i < plan.Entries.Count; i++)
        {
            BatchEntry entry = plan.Entries[i];
            if (entry.Samples)
                sampled[i] = _draw.Next(entry.Sequence, _kv.Fold(entry.Sequence));
        }

        _clock.End();
    }

    public void Interrupt() => _clock.Interrupt();

    public void Dispose() => _clock.Dispose();

    /// <summary>How long a plan takes: its prefill and its decode part in turn.</summary>
    public TimeSpan StepTime(BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        double ms = _options.Profile.StepMs(plan.Work, (long)_kv.Blocks * Layout.BlockTokens);
        return TimeSpan.FromMilliseconds(ms / _options.Speed);
    }
}
