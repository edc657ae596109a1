using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Baton.Silo.Handoff;

/// <summary>The live leases of a process: all that its byte channel can serve.</summary>
public sealed class KvLeaseTable
{
    private readonly ConcurrentDictionary<long, KvLease> _leases = [];

    public int Count => _leases.Count;

    /// <summary>Ids are drawn, so that one of an earlier life of the process never names a lease of this one.</summary>
    internal KvLease Open(KvPool pool)
    {
        while (true)
        {
            var lease = new KvLease(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), pool);
            if (_leases.TryAdd(lease.Id, lease))
                return lease;
        }
    }

    internal KvLease? Find(long id) => _leases.GetValueOrDefault(id);

    internal void Close(KvLease lease) => _leases.TryRemove(lease.Id, out _);
}
