using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Native;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Runs step plans on a loaded model through torch operators, on any device. One for each engine; engines of one
/// process share the model. Disposing it leaves the model and the KV memory to their owners.
/// </summary>
public sealed class TorchModelRunner : IModelRunner
{
    // Logits of a step are computed in slices of about this size: a large vocabulary times a large batch is gigabytes.
    private const long LogitsBytes = 16 << 20;

    private readonly TorchModel _model;
    private readonly Sampler _sampler;
    private readonly PlanCheck _check;
    private readonly KvPool _kv;
    private readonly StepBuilder _builder;
    private readonly Forward _forward;
    private readonly KvCopies? _copies;
    private readonly CancellationTokenSource _interrupt = new();

    /// <summary>Prepares a runner; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="model">The loaded model.</param>
    /// <param name="memory">The worker's KV memory; outlives the runner.</param>
    /// <param name="kvBlocks">Blocks in it.</param>
    /// <param name="maxStepTokens">Most tokens of one plan.</param>
    public TorchModelRunner(TorchModel model, IKvMemory memory, int kvBlocks, int maxStepTokens)
        : this(model, memory, kvBlocks, maxStepTokens, apart: model.Device.type != TorchSharp.DeviceType.CPU)
    {
    }

    // Apart: the model has its KV elsewhere than in the worker's KV memory, as on another device.
    internal TorchModelRunner(TorchModel model, IKvMemory memory, int kvBlocks, int maxStepTokens, bool apart)
    {
        _check = new PlanCheck(model, memory, kvBlocks, maxStepTokens);
        _model = model;
        _sampler = new Sampler(model.Config.VocabularySize);
        _kv = new KvPool(model.Config, model.KvFormat, memory, kvBlocks, model.Device, apart);
        _builder = new StepBuilder(model.Config, _kv, model.Device);
        _forward = new Forward(model.Config, model.Weights, _kv);
        _copies = apart ? new KvCopies(_kv.Blocks, memory, kvBlocks, model.Layout.Layers) : null;
    }

    public ModelInfo Model => _model.Info;

    public KvLayout Layout => _model.Layout;

    public void Start()
    {
        _check.BindThread();
        if (_model.Threads > 0)
            set_num_threads(_model.Threads);

        // The mode belongs to this thread, which does nothing else until it ends. Its guard is never disposed, and
        // must not be finalized either: that would switch the mode of the finalizer's thread.
#pragma warning disable CA1816 // Not a dispose pattern.
        GC.SuppressFinalize(inference_mode());
#pragma warning restore CA1816
    }

    public void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null)
    {
        _check.Refuse(plan, sampled.Length);
        if (plan.Tokens == 0)
            return;

        using var scope = NewDisposeScope();
        var step = _builder.Build(plan);

        _copies?.Written(plan);

        // Another device has only queued a layer when its operators return, and has to copy it then.
        var onLayers = _copies is null ? layersWritten : null;
        Draw(plan, step, _forward.Run(step, onLayers, _interrupt.Token), sampled);
    }

    public void Export(ReadOnlySpan<int> blocks, LayerRange layers) => _copies?.Export(blocks, layers);

    public void Import(ReadOnlySpan<int> blocks) => _copies?.Import(blocks);

    /// <summary>Ends the run in progress, and every later one, with <see cref="OperationCanceledException"/>.</summary>
    public void Interrupt() => _interrupt.Cancel();

    public void Dispose()
    {
        _interrupt.Dispose();
        _copies?.Dispose();
        _builder.Dispose();
        _kv.Dispose();
    }

    private void Draw(BatchPlan plan, StepInputs step, Tensor states, Span<SampledToken> sampled)
    {
        var vocabulary = _model.Config.VocabularySize;
        var slice = (int)Math.Max(1, LogitsBytes / (sizeof(float) * (long)vocabulary));
        for (var first = 0; first < step.SampleEntries.Count; first += slice)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(slice, step.SampleEntries.Count - first);
            var logits = _forward.Logits(states.narrow(0, first, count)).cpu();
            var rows = Blob.Floats(logits, count * vocabulary);
            for (var i = 0; i < count; i++)
            {
                var entry = step.SampleEntries[first + i];
                sampled[entry] = _sampler.Sample(rows.Slice(i * vocabulary, vocabulary), plan.Entries[entry].Sequence);
            }
        }
    }
}
