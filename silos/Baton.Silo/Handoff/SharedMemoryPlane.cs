using Baton.Contracts.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>
/// Copies out of the producer's pool, mapped into this process. Memory needs no checksum; what it needs is to know that
/// the lease held from before the copy until after it.
/// </summary>
internal sealed class SharedMemoryPlane(KvPlaneOptions options, KvMappings mappings) : IKvPlane
{
    // Copied in less time than it takes to wake another thread.
    private const int SmallBytes = 256 << 10;

    private readonly KvCopyThreads _copies = new(options.MaxConcurrentCopies);

    public string Name => "shm";

    public bool Reaches(KvLocation source) =>
        source.HostId == options.HostId
        && source.SharedMemory.Length > 0
        && mappings.Get(source.SharedMemory, out _) is not null;

    public Task<string?> Pull(KvPull pull) =>
        pull.Bytes <= SmallBytes ? Task.FromResult(Copy(pull)) : _copies.Do(() => Copy(pull));

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
        var layout = pull.Pool.Layout;
        var (from, to) = (pull.Span with { Blocks = pull.Descriptor.Blocks }, pull.Span);
        var most = to.MostBlocksOfRun(layout);
        for (var at = 0; at < to.Blocks.Length;)
        {
            if (pull.Cancelled.IsCancellationRequested)
                return KvFailure.Cancelled;
            var count = Neighbours(from.Blocks, to.Blocks, at, most);
            var run = from.Run(layout, at, count);
            if (run.Offset < 0 || KvLeaseWords.Bytes + run.Offset + run.Bytes > segmentBytes)
                return KvFailure.Range;
            KvCopy.Copy((byte*)segment + KvLeaseWords.Bytes + run.Offset, pull.Pool.Write(to.Run(layout, at, count)));
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
