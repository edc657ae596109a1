using Baton.Contracts.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>
/// Copies out of the producer's pool, mapped into this process. Memory needs no checksum; what it needs is to know that
/// the lease held from before the copy until after it.
/// </summary>
internal sealed class SharedMemoryPlane(KvPlaneOptions options, KvMappings mappings) : IKvPlane
{
    private readonly KvCopyThreads _copies = new(options.MaxConcurrentCopies);

    public string Name => "shm";

    public bool Reaches(KvLocation source) =>
        source.HostId == options.HostId
        && source.SharedMemory.Length > 0
        && mappings.Get(source.SharedMemory, out _) is not null;

    public Task<string?> Pull(KvPull pull) => _copies.Do(() => Copy(pull));

    public void Drop(KvLocation source) => mappings.Drop(source.SharedMemory);

    public void Sweep() => mappings.DropGone();

    public async ValueTask DisposeAsync()
    {
        await _copies.DisposeAsync();
        mappings.Dispose();
    }

    private string? Copy(KvPull pull)
    {
        if (mappings.Get(pull.Descriptor.Source.SharedMemory, out _) is not { } mapping)
            return KvFailure.Unreachable;
        var segment = mapping.Enter();
        if (segment == 0)
            return KvFailure.Unreachable;
        try
        {
            if (mapping.Bytes < KvLeaseWords.Bytes)
                return KvFailure.Range;
            var (word, lease) = (pull.Descriptor.LeaseWord, pull.Descriptor.LeaseId);
            if (!KvLeaseWords.Holds(segment, word, lease))
                return KvFailure.Lease;
            return Copy(pull, segment, mapping.Bytes)
                ?? (KvLeaseWords.Holds(segment, word, lease) ? null : KvFailure.Lease);
        }
        finally
        {
            mapping.Exit();
        }
    }

    private static unsafe string? Copy(KvPull pull, nint segment, long segmentBytes)
    {
        var (from, to) = (pull.Descriptor.Blocks, pull.Blocks);
        for (var at = 0; at < to.Length;)
        {
            if (pull.Cancelled.IsCancellationRequested)
                return KvFailure.Cancelled;
            var count = Neighbours(from, to, at, Math.Max(1, BlockRun.MostBytes / pull.BlockBytes));
            var (offset, bytes) = ((long)from[at] * pull.BlockBytes, (long)count * pull.BlockBytes);
            if (offset < 0 || KvLeaseWords.Bytes + offset + bytes > segmentBytes)
                return KvFailure.Range;
            Buffer.MemoryCopy(
                (byte*)segment + KvLeaseWords.Bytes + offset,
                (byte*)pull.Pool.Memory.Address + ((long)to[at] * pull.BlockBytes),
                bytes,
                bytes);
            at += count;
        }
        pull.Progress();
        return null;
    }

    /// <summary>How many blocks from a place on lie one behind the other on both sides: they are one copy.</summary>
    private static int Neighbours(int[] from, int[] to, int at, int most)
    {
        var count = 1;
        while (count < most && at + count < to.Length
            && from[at + count] == from[at] + count && to[at + count] == to[at] + count)
        {
            count++;
        }
        return count;
    }
}
