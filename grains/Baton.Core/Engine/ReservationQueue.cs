using Baton.Core.Scheduling;

namespace Baton.Core.Engine;

/// <summary>
/// Reservations in order of arrival; one that finds no room waits, and those behind it wait with it, so that a large
/// one is not overtaken for ever. Owned by the engine's thread.
/// </summary>
internal sealed class ReservationQueue(Scheduler scheduler, int capacity)
{
    private readonly LinkedList<EngineCommand.Reserve> _waiting = [];

    public int Count => _waiting.Count;

    public void Add(EngineCommand.Reserve reserve)
    {
        if (_waiting.Count >= capacity)
            Refuse(reserve, "queue full");
        else if (_waiting.Count > 0 || !TryAnswer(reserve))
            _waiting.AddLast(reserve);
    }

    /// <summary>Answers those that have room now. Called whenever blocks may have become free.</summary>
    public void Retry()
    {
        while (_waiting.First is { } head && TryAnswer(head.Value))
            _waiting.RemoveFirst();
    }

    /// <summary>The sequence was released before there was room for it.</summary>
    public void Remove(SequenceKey key)
    {
        for (LinkedListNode<EngineCommand.Reserve>? node = _waiting.First; node is not null; node = node.Next)
        {
            if (node.Value.Request.Key == key)
            {
                _waiting.Remove(node);
                Refuse(node.Value, "released before there was room");
                return;
            }
        }
    }

    public void RefuseAll(string reason)
    {
        foreach (EngineCommand.Reserve reserve in _waiting)
            Refuse(reserve, reason);
        _waiting.Clear();
    }

    /// <summary>False where there is no room now but may be later.</summary>
    private bool TryAnswer(EngineCommand.Reserve reserve)
    {
        Reservation reservation = scheduler.Reserve(reserve.Request);
        if (reservation == Reservation.NoRoom)
            return false;

        // Nobody knows of the blocks if the asker has given up meanwhile.
        if (!reserve.Reply.TrySetResult(reservation) && reservation.Blocks is not null)
            scheduler.Release(reserve.Request.Key);
        return true;
    }

    public static void Refuse(EngineCommand.Reserve reserve, string reason) =>
        reserve.Reply.TrySetResult(new Reservation(null, 0) { Refusal = reason });
}
