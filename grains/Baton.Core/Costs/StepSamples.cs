namespace Baton.Core.Costs;

/// <summary>The latest steps of an engine, so many and no more. One thread adds, any reads.</summary>
public sealed class StepSamples(int kept)
{
    private readonly Lock _gate = new();
    private readonly StepSample[] _ring = new StepSample[kept];
    private long _count;

    public void Add(StepSample sample)
    {
        lock (_gate)
        {
            _ring[_count++ % kept] = sample;
        }
    }

    /// <summary>They, in no order.</summary>
    public StepSample[] ToArray()
    {
        lock (_gate)
        {
            return _ring[..(int)Math.Min(_count, kept)];
        }
    }
}
