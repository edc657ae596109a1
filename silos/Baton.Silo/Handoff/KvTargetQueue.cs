namespace Baton.Silo.Handoff;

/// <summary>What goes to one decode worker, in order; guarded by the exporter's lock.</summary>
internal sealed class KvTargetQueue(string worker, long windowBytes)
{
    private readonly Queue<KvPiece> _waiting = [];

    public string Worker => worker;

    public int Waiting => _waiting.Count;

    /// <summary>Open handoffs to it.</summary>
    public int Open { get; set; }

    public long UnackedBytes { get; private set; }

    /// <summary>Whether a pump is at work on it: at most one, so order holds.</summary>
    public bool IsPumped { get; set; }

    public bool IsIdle => Open == 0 && _waiting.Count == 0 && !IsPumped;

    public void Add(KvPiece piece) => _waiting.Enqueue(piece);

    public void Credit(long bytes)
    {
        UnackedBytes -= bytes;
        KvMetrics.Unacked(-bytes);
    }

    /// <summary>Whether the next piece may go; an empty window lets any through, however large.</summary>
    public bool HasNext()
    {
        while (_waiting.TryPeek(out var head) && head.Handoff.AnnouncesNothing)
            _waiting.Dequeue();
        return _waiting.TryPeek(out var next)
            && (UnackedBytes == 0 || UnackedBytes + next.Bytes <= windowBytes);
    }

    public KvPiece Take()
    {
        var piece = _waiting.Dequeue();
        UnackedBytes += piece.Bytes;
        KvMetrics.Unacked(piece.Bytes);
        return piece;
    }
}
