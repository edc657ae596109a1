using Baton.Core.Engine;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Requests;

/// <summary>The live requests, each in a slot, so that whatever a step gives finds its request without a search.</summary>
internal sealed class RequestTable
{
    private readonly List<SimulatedRequest?> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly Dictionary<string, SimulatedRequest> _byId = new(StringComparer.Ordinal);
    private long _numbers;

    public int Count => _byId.Count;

    public IEnumerable<SimulatedRequest> All => _slots.OfType<SimulatedRequest>();

    public SimulatedRequest Add(Arrival arrival)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        var request = new SimulatedRequest(_numbers++, slot, arrival);
        _slots[slot] = request;
        _byId.Add(request.Key.RequestId, request);
        return request;
    }

    public void Remove(SimulatedRequest request)
    {
        _slots[request.Slot] = null;
        _free.Push(request.Slot);
        _byId.Remove(request.Key.RequestId);
    }

    public SimulatedRequest? InSlot(int slot) => _slots[slot];

    /// <summary>The request of an attempt; null when it has ended, or has begun another.</summary>
    public SimulatedRequest? Find(SequenceKey key) =>
        _byId.TryGetValue(key.RequestId, out SimulatedRequest? request) && request.Key == key ? request : null;
}
