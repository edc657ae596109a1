using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Baton.Silo.Handoff;

/// <summary>The live leases of a process: all that its byte channel can serve.</summary>
public sealed class KvLeaseTable
{
    private readonly ConcurrentDictionary<long, KvLease> _leases = [];

    public int Count => _leases.Count;

    /// <summary>
    /// Null when the pool has as many as its segment can show. Ids are drawn, so that one of an earlier life of the
    /// process never names a lease of this one.
    /// </summary>
    internal KvLease? Open(KvPool pool)
    {
        while (true)
        {
            var lease = new KvLease(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), pool);
            if (lease.Id == 0 || !_leases.TryAdd(lease.Id, lease))
                continue;
            if (lease.Show())
                return lease;
            Close(lease);
            return null;
        }
    }

    internal KvLease? Find(long id) => _leases.GetValueOrDefault(id);

    internal void Close(KvLease lease) => _leases.TryRemove(lease.Id, out _);
}
