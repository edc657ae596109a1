using Baton.Core.Scheduling;

namespace Baton.Core.Engine;

/// <summary>
/// Reservations in order of arrival; one that finds no room waits, and those behind it wait with it, so that a large
/// one is not overtaken for ever. Only answers that are being read already go ahead of those not yet begun: a pause in
/// the one is worse than a later start of the other. Owned by the engine's thread.
/// </summary>
internal sealed class ReservationQueue(Scheduler scheduler, int capacity)
{
    private readonly LinkedList<EngineCommand.Reserve> _waiting = [];
    private (int Blocks, int Places) _roomTried;

    public int Count => _waiting.Count;

    public void Add(EngineCommand.Reserve reserve)
    {
        if (_waiting.Count >= capacity)
            Refuse(reserve, "queue full");
        else if (IsBehindAnother(reserve) || !TryAnswer(reserve))
            Enqueue(reserve);
    }

    /// <summary>Answers those that have room now. Called whenever blocks may have become free.</summary>
    public void Retry()
    {
        // A try hashes the whole prompt: not once a step for nothing.
        if (_waiting.Count == 0 || scheduler.Room == _roomTried)
            return;
        while (_waiting.First is { } head && TryAnswer(head.Value))
            _waiting.RemoveFirst();
        _roomTried = scheduler.Room;
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

    private bool IsBehindAnother(EngineCommand.Reserve reserve) =>
        _waiting.First is { } head && (!IsBegun(reserve) || IsBegun(head.Value));

    private void Enqueue(EngineCommand.Reserve reserve)
    {
        LinkedListNode<EngineCommand.Reserve>? before = _waiting.Last;
        while (before is not null && IsBegun(reserve) && !IsBegun(before.Value))
            before = before.Previous;
        if (before is null)
            _waiting.AddFirst(reserve);
        else
            _waiting.AddAfter(before, reserve);
        _roomTried = default;
    }

    private static bool IsBegun(EngineCommand.Reserve reserve) => reserve.Request.Tokens.Length > reserve.Request.PromptLength;

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
