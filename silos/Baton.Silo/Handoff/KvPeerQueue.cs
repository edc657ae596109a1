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

    public void Add(KvIncoming incoming, KvPull pull) => _waiting.Enqueue((incoming, pull));

    public (KvIncoming Incoming, KvPull Pull)? Take() => _waiting.TryDequeue(out var next) ? next : null;
}
