using System.Runtime.CompilerServices;
using Baton.Core.Caching;
using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Simulation.Nodes;

/// <summary>The bug of freeing a sequence's blocks behind its scheduler's back, which frees them again.</summary>
internal static class TwiceFreed
{
    public static void Release(EngineLoop loop, SequenceKey key)
    {
        var scheduler = SchedulerOf(loop);
        if (scheduler.Sequences.FirstOrDefault(s => s.Key == key) is { } sequence)
        {
            PoolOf(scheduler).Release(sequence.Blocks);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_scheduler")]
    private static extern ref Scheduler SchedulerOf(EngineLoop loop);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_pool")]
    private static extern ref BlockPool PoolOf(Scheduler scheduler);
}
