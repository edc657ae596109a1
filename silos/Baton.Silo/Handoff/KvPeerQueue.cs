namespace Baton.Silo.Handoff;

/// <summary>
/// Pulls from one producer, in order of arrival; guarded by the importer's lock. Apart for each producer, so that one
/// that hangs holds up nobody else.
/// </summary>
internal sealed class KvPeerQueue
{
    private readonly Queue<(KvIncoming Incoming, KvPull Pull)> _waiting = [];

    public int Waiting => _waiting.Count;

    /// <summary>Loops at work on it.</summary>
    public int Running { get; set; }

    /// <summary>Pulls that have begun and not ended.</summary>
    public int Pulling { get; set; }

    /// <summary>Bytes that landed and whose answer is held back.</summary>
    public long HeldBytes { get; set; }

    public bool IsBusy => Pulling > 0 || _waiting.Count > 0;

    public void Add(KvIncoming incoming, KvPull pull) => _waiting.Enqueue((incoming, pull));

    public (KvIncoming Incoming, KvPull Pull)? Take() => _waiting.TryDequeue(out var next) ? next : null;
}
