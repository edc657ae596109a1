using Baton.Contracts;
using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>The latest handoffs that landed, oldest out; guarded by the importer's lock.</summary>
internal sealed class KvLandedMemory(int capacity)
{
    private readonly Dictionary<SequenceKey, WorkerId> _producers = [];
    private readonly Queue<SequenceKey> _order = [];

    public bool Contains(SequenceKey key, WorkerId producer) =>
        _producers.TryGetValue(key, out var landed) && landed == producer;

    public void Add(SequenceKey key, WorkerId producer)
    {
        if (!_producers.TryAdd(key, producer))
        {
            _producers[key] = producer;
            return;
        }
        _order.Enqueue(key);
        if (_order.Count > capacity)
            _producers.Remove(_order.Dequeue());
    }
}
