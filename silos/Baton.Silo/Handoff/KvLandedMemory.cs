using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>The latest handoffs that landed, oldest out; guarded by the importer's lock.</summary>
internal sealed class KvLandedMemory(int capacity)
{
    private readonly HashSet<SequenceKey> _keys = [];
    private readonly Queue<SequenceKey> _order = [];

    public bool Contains(SequenceKey key) => _keys.Contains(key);

    public void Add(SequenceKey key)
    {
        if (!_keys.Add(key))
            return;
        _order.Enqueue(key);
        if (_order.Count > capacity)
            _keys.Remove(_order.Dequeue());
    }
}
