using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>The producer's state of one handoff; guarded by the exporter's lock.</summary>
internal sealed class KvOutgoing(SequenceKey key, HandoffTarget target, KvLease lease)
{
    private readonly Dictionary<int, long> _unacked = [];
    private readonly HashSet<int> _landed = [];

    public SequenceKey Key => key;

    public HandoffTarget Target => target;

    public KvLease Lease => lease;

    /// <summary>Descriptors that were made, published or waiting.</summary>
    public int Numbers { get; set; }

    public bool LastMade { get; set; }

    public bool Ended { get; set; }

    /// <summary>
    /// The sequence ended with token 1: nothing more is announced, but what was is kept while decode may be reading it.
    /// To decode a lease that ends is a failure, and it must not hear of one before the session hears of the end.
    /// </summary>
    public bool Finished { get; set; }

    public bool AnnouncesNothing => Ended || Finished;

    /// <summary>Meaningful while something is unacknowledged; only grows.</summary>
    public DateTimeOffset LeaseEndsAt { get; private set; }

    public long BytesLanded { get; private set; }

    public long UnackedBytes => _unacked.Values.Sum();

    public bool IsLanded => LastMade && _landed.Count == Numbers;

    public bool IsUnread => _unacked.Count == 0;

    public void Published(KvPiece piece, DateTimeOffset leaseEndsAt)
    {
        _unacked.Add(piece.Number, piece.Bytes);
        lease.Add(piece.Number, piece.Span);
        LeaseEndsAt = leaseEndsAt;
    }

    /// <summary>
    /// The bytes that are no longer outstanding; null when the answer says nothing new. A refusal counts even of a
    /// number that is not out, for decode has given up the whole; but not of one that landed, for that is an echo.
    /// </summary>
    public long? Acknowledged(KvAck ack, DateTimeOffset leaseEndsAt)
    {
        var isOut = _unacked.Remove(ack.Number, out var bytes);
        if (!isOut && (ack.Landed || _landed.Contains(ack.Number)))
            return null;
        lease.Remove(ack.Number);
        if (ack.Landed)
        {
            LeaseEndsAt = leaseEndsAt;
            BytesLanded += bytes;
            _landed.Add(ack.Number);
        }
        return bytes;
    }

    /// <summary>Only what is out can expire: between two chunks of a long prefill there is nothing to collect.</summary>
    public bool IsExpired(DateTimeOffset now) => _unacked.Count > 0 && now >= LeaseEndsAt;
}
