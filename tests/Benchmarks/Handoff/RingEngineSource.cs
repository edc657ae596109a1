using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Scheduling;
using Baton.Silo.Engines;

namespace Baton.Benchmarks.Handoff;

/// <summary>Engines with a pool of <see cref="PoolBytes"/>, in blocks of <see cref="BlockBytes"/>.</summary>
internal sealed class RingEngineSource(Arrivals arrivals) : IEngineSource
{
    public const int BlockTokens = 16;
    public const int BlockBytes = 64 << 10;
    public const int PoolBytes = 128 << 20;

    private static readonly KvLayout Layout = new(BlockTokens, BlockBytes / BlockTokens, "ring");

    public ModelInfo Model { get; } = new("ring", int.MaxValue, 2, 0);

    public EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory)
    {
        var pool = memory(PoolBytes);
        RandomBytes.Fill(pool.Address, PoolBytes);
        var info = new EngineInfo(Model, Layout, PoolBytes / BlockBytes, new SchedulerOptions { MaxSequences = 64 });
        return new EngineParts(new RingEngine(info, pool, arrivals), pool);
    }

    // Nothing is shared between its engines.
    public ValueTask DisposeAsync() => default;
}
