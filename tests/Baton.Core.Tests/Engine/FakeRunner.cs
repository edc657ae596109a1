using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Engine;

/// <summary>A runner that draws token 7 and that a test can hold inside a step, break, and count.</summary>
internal sealed class FakeRunner : IModelRunner
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _entered = new(0);
    private readonly bool _gated;

    public FakeRunner(bool gated = false) => _gated = gated;

    public ModelInfo Model { get; } = new("fake", 4096, 100, 0);

    public KvLayout Layout { get; } = new(16, 512 << 10, "fake", Layers: 4);

    public Exception? Failure { get; set; }

    /// <summary>Sequences for which nothing can be drawn.</summary>
    public HashSet<string> Unusable { get; } = [];

    public int Steps { get; private set; }

    public bool Disposed { get; private set; }

    public int StartedOn { get; private set; }

    public int RanOn { get; private set; }

    /// <summary>What came and went over the KV memory, and steps, in order.</summary>
    public List<string> Log { get; } = [];

    public void Export(ReadOnlySpan<int> blocks, LayerRange layers) =>
        Log.Add($"export {string.Join(',', blocks.ToArray())} of {layers.First}+{layers.Count}");

    public void Import(ReadOnlySpan<int> blocks) => Log.Add($"import {string.Join(',', blocks.ToArray())}");

    public void Start() => StartedOn = Environment.CurrentManagedThreadId;

    public void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null)
    {
        RanOn = Environment.CurrentManagedThreadId;
        Steps++;
        Log.Add("step");
        for (int layer = 1; layer < Layout.Layers; layer++)
            layersWritten?.Invoke(layer);
        _entered.Release();
        if (_gated)
            _gate.Wait();
        if (Failure is not null)
            throw Failure;
        for (int i = 0; i < sampled.Length; i++)
            sampled[i] = Unusable.Contains(plan.Entries[i].Sequence.Key.RequestId) ? SampledToken.None : new(7, float.NaN, null);
    }

    /// <summary>Completes when the next step has begun.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets steps end.</summary>
    public void Admit(int steps = 1) => _gate.Release(steps);

    public void Interrupt() => _gate.Release(1000);

    public void Dispose() => Disposed = true;
}
