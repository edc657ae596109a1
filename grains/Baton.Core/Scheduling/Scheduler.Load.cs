using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

public sealed partial class Scheduler
{
    /// <summary>A snapshot of the load.</summary>
    /// <param name="engine">What the engine adds: a part of the one object, for one is made each step.</param>
    public EngineLoad Load(StepAverages engine = default)
    {
        int prefill = 0;
        int resident = 0;
        int reserved = 0;
        foreach (Sequence sequence in _sequences.Values)
        {
            switch (sequence.State)
            {
                case SequenceState.Waiting:
                    prefill += sequence.Length - sequence.CachedAtAdmission;
                    break;
                case SequenceState.Running:
                    resident += sequence.Computed;
                    prefill += sequence.Remaining > 1 ? sequence.Remaining : 0;
                    break;
                case SequenceState.Reserved:
                    resident += sequence.Length;
                    reserved += sequence.Length;
                    break;
                case SequenceState.Parked:
                    resident += sequence.Computed;
                    break;
            }
        }

        return new EngineLoad
        {
            Running = _running.Count,
            Waiting = _waiting.Count,
            PrefillTokens = prefill,
            ResidentTokens = resident,
            ReservedTokens = reserved,
            Parked = _parked,
            Reserved = _reserved,
            BlocksUsed = _pool.Used,
            BlocksCached = _pool.Cached,
            BlocksTotal = _pool.Total,
            TokensGenerated = _generated,
            CachedTokens = _cached,
            Preemptions = _preemptions,
            Steps = engine.Steps,
            StepTime = engine.StepTime,
            PrefillTokensPerSecond = engine.PrefillTokensPerSecond,
            ReservationsWaiting = engine.ReservationsWaiting,
        };
    }
}
