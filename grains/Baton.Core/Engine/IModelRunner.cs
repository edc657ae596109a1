using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Engine;

/// <summary>
/// Executes step plans on a model: one forward pass over mixed prefill chunks and decodes, then one draw for each entry
/// that asks for it. Called by one thread at a time.
/// </summary>
public interface IModelRunner : IDisposable
{
    ModelInfo Model { get; }

    KvLayout Layout { get; }

    /// <summary>Called once on the engine's thread before the first step.</summary>
    void Start();

    /// <summary>Writes the KV of every entry's tokens into its blocks and draws tokens.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="sampled">One slot for each entry of the plan; filled where the entry samples.</param>
    /// <param name="layersWritten">
    /// Called on this thread with the number of leading layers whose KV is complete and can be read by others, as often
    /// as the runner knows it before the step ends.
    /// </param>
    void Run(BatchPlan plan, Span<SampledToken> sampled, Action<int>? layersWritten = null);

    /// <summary>
    /// Brings KV that steps wrote into the worker's KV memory, where others read it. Nothing is to be done where the model
    /// itself has its KV there.
    /// </summary>
    /// <param name="blocks">Which blocks.</param>
    /// <param name="layers">Which of their layers.</param>
    void Export(ReadOnlySpan<int> blocks, LayerRange layers)
    {
    }

    /// <summary>The way back: KV that others wrote into the worker's KV memory, before the first step that reads it.</summary>
    /// <param name="blocks">Which blocks, all layers.</param>
    void Import(ReadOnlySpan<int> blocks)
    {
    }

    /// <summary>
    /// The engine is stopping: a run in progress may return early, its results are dropped. Called by any thread, at
    /// most once; a runner whose steps are short need not care.
    /// </summary>
    void Interrupt()
    {
    }
}
