using Baton.Contracts.Handoff;
using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>Copies out of the producer's pool, mapped into this process.</summary>
internal sealed class SharedMemoryPlane(KvPlaneOptions options, KvMappings mappings, TimeProvider time) : IKvPlane
{
    private readonly SemaphoreSlim _copies = new(options.MaxConcurrentCopies);

    public string Name => "shm";

    public bool Reaches(KvLocation source) =>
        source.HostId == options.HostId
        && source.SharedMemory.Length > 0
        && mappings.Get(source.SharedMemory, out _) is not null;

    public async Task<KvPulled> Pull(KvPull pull)
    {
        try
        {
            await _copies.WaitAsync(pull.Cancelled);
        }
        catch (OperationCanceledException)
        {
            return KvPulled.Failed(KvFailure.Cancelled);
        }
        try
        {
            return Copy(pull);
        }
        finally
        {
            _copies.Release();
        }
    }

    public void Drop(KvLocation source) => mappings.Drop(source.SharedMemory);

    public void Sweep() => mappings.DropGone();

    public ValueTask DisposeAsync()
    {
        mappings.Dispose();
        _copies.Dispose();
        return ValueTask.CompletedTask;
    }

    private unsafe KvPulled Copy(KvPull pull)
    {
        if (mappings.Get(pull.Descriptor.Source.SharedMemory, out _) is not { } mapping)
            return KvPulled.Failed(KvFailure.Unreachable);
        var source = (byte*)mapping.Enter();
        if (source is null)
            return KvPulled.Failed(KvFailure.Unreachable);
        try
        {
            return Copy(pull, source, mapping.Bytes);
        }
        finally
        {
            mapping.Exit();
        }
    }

    private unsafe KvPulled Copy(KvPull pull, byte* source, long sourceBytes)
    {
        var checksum = new KvChecksum();
        var destination = (byte*)pull.Pool.Memory.Address;
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (pull.Cancelled.IsCancellationRequested)
                return KvPulled.Failed(KvFailure.Cancelled);
            var from = (long)pull.Descriptor.Blocks[i] * pull.BlockBytes;
            if (from < 0 || from + pull.BlockBytes > sourceBytes)
                return KvPulled.Failed(KvFailure.Range);
            var to = new Span<byte>(destination + ((long)pull.Blocks[i] * pull.BlockBytes), pull.BlockBytes);
            new ReadOnlySpan<byte>(source + from, pull.BlockBytes).CopyTo(to);
            // While it is in the cache; and of the copy, for the source may change when its lease is over.
            checksum.Append(to);
        }
        pull.Progress();
        // One host, one clock: had the lease ended, the blocks may have been reused while they were copied.
        return time.GetUtcNow() < pull.Descriptor.LeaseEndsAt
            ? new KvPulled(null, checksum.Value)
            : KvPulled.Failed(KvFailure.Lease);
    }
}
