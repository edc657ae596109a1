using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Runner;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Runs step plans on a loaded model through kernels of our own, on a CPU. One for each engine; engines of one process share
/// the model. Disposing it leaves the model and the KV memory to their owners.
/// </summary>
public sealed unsafe class CpuModelRunner : IModelRunner
{
    // Logits of a step are computed in slices of about this size: a large vocabulary times a large batch is gigabytes.
    private const long LogitsBytes = 16 << 20;

    private readonly TorchModel _model;
    private readonly PlanCheck _check;
    private readonly CpuThreads _threads;
    private readonly CpuForward _forward;
    private readonly DrawParts _draws;
    private readonly NativeBuffer _logits = new();
    private readonly List<int> _sampleEntries = [];
    private readonly CancellationTokenSource _interrupt = new();

    /// <summary>Prepares a runner; nothing runs before <see cref="Start"/>.</summary>
    /// <param name="model">The loaded model, on the CPU.</param>
    /// <param name="memory">The worker's KV memory; outlives the runner.</param>
    /// <param name="kvBlocks">Blocks in it.</param>
    /// <param name="maxStepTokens">Most tokens of one plan.</param>
    public CpuModelRunner(TorchModel model, IKvMemory memory, int kvBlocks, int maxStepTokens)
    {
        _check = new PlanCheck(model, memory, kvBlocks, maxStepTokens);
        _model = model;
        _threads = new CpuThreads(model.ThreadCount);
        _draws = new DrawParts(_threads, model.Config.VocabularySize);
        _forward = new CpuForward(
            model.Config, model.Packed ?? throw new ArgumentException("The model is not on a CPU.", nameof(model)), new KvView(model.Config, model.KvFormat, memory.Address), _threads);
    }

    public ModelInfo Model => _model.Info;

    public KvLayout Layout => _model.Layout;

    public void Start() => _check.BindThread();

    public void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null)
    {
        _check.Refuse(plan, sampled.Length);
        if (plan.Tokens == 0)
            return;

        _forward.Run(plan, layersWritten, _interrupt.Token);
        Draw(plan, sampled);
    }

    /// <summary>Ends the run in progress, and every later one, with <see cref="OperationCanceledException"/>.</summary>
    public void Interrupt() => _interrupt.Cancel();

    public void Dispose()
    {
        _interrupt.Dispose();
        _threads.Dispose();
        _forward.Dispose();
        _logits.Dispose();
    }

    private void Draw(BatchPlan plan, Span<SampledToken> sampled)
    {
        FindSamples(plan);
        var vocabulary = _model.Config.VocabularySize;
        var slice = (int)Math.Max(1, LogitsBytes / (sizeof(float) * (long)vocabulary));
        for (var first = 0; first < _sampleEntries.Count; first += slice)
        {
            var count = Math.Min(slice, _sampleEntries.Count - first);
            var logits = _logits.Reserve((long)count * vocabulary);
            _forward.Logits(first, count, logits);
            _draws.Run(plan, _sampleEntries, first, count, logits, sampled);
        }
    }

    private void FindSamples(BatchPlan plan)
    {
        _sampleEntries.Clear();
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            if (plan.Entries[i].Samples)
                _sampleEntries.Add(i);
        }
    }
}
