using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Cpu;

/// <summary>The draws of a step, each by whatever thread is free: none depends on another.</summary>
internal sealed unsafe class DrawParts : IParts
{
    private readonly CpuThreads _threads;
    private readonly int _vocabulary;
    private readonly Sampler[] _samplers;
    private SampledToken[] _drawn = [];
    private BatchPlan? _plan;
    private List<int>? _entries;
    private int _first;
    private float* _logits;

    public DrawParts(CpuThreads threads, int vocabulary)
    {
        (_threads, _vocabulary) = (threads, vocabulary);
        _samplers = [.. Enumerable.Range(0, threads.Count).Select(_ => new Sampler(vocabulary))];
    }

    /// <param name="plan">The step.</param>
    /// <param name="entries">Places in the plan of those that draw.</param>
    /// <param name="first">The first of them to draw now.</param>
    /// <param name="count">How many draw now.</param>
    /// <param name="logits">A row for each; overwritten.</param>
    /// <param name="sampled">Slots of the plan's entries.</param>
    public void Run(BatchPlan plan, List<int> entries, int first, int count, float* logits, Span<SampledToken> sampled)
    {
        if (_drawn.Length < count)
            _drawn = new SampledToken[count];
        (_plan, _entries, _first) = (plan, entries, first);
        _logits = logits;
        _threads.Run(this, count);
        for (var i = 0; i < count; i++)
            sampled[entries[first + i]] = _drawn[i];
    }

    public void Run(int part, int thread) => _drawn[part] = _samplers[thread].Sample(
        new Span<float>(_logits + ((long)part * _vocabulary), _vocabulary), _plan!.Entries[_entries![_first + part]].Sequence);
}
