using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>Reads responses off a byte channel into the blocks they are for.</summary>
internal sealed class KvBodyReader(Stream channel, CancellationToken closing)
{
    private const int RunBytes = 1 << 20;

    private readonly byte[] _head = new byte[KvWire.ResponseBytes];
    private readonly byte[] _scratch = new byte[64 << 10];

    /// <summary>Null when the peer closed or does not keep to the protocol: the connection is of no more use.</summary>
    /// <param name="pull">Where the response goes.</param>
    /// <param name="bodyBegins">Called before anything is written to the blocks.</param>
    /// <param name="abandoned">Called when a cancelled pull's blocks are written no more, though its body still comes.</param>
    public async ValueTask<KvPulled?> Read(KvPull pull, Action bodyBegins, Action abandoned)
    {
        if (!await KvWire.Receive(channel, _head, closing)
            || !KvWire.TryReadResponse(_head, out var status, out var number, out var length)
            || number != pull.Descriptor.Number
            || status is not (KvWire.Ok or KvWire.LeaseEnded)
            || length != (status == KvWire.Ok ? pull.Bytes : 0))
        {
            return null;
        }
        if (status != KvWire.Ok)
            return KvPulled.Failed(KvFailure.Lease);
        bodyBegins();
        var checksum = new KvChecksum();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(pull.Cancelled, closing);
        foreach (var run in BlockRun.Of(pull.Blocks, pull.BlockBytes, RunBytes))
        {
            for (var done = 0; done < run.Bytes;)
            {
                var piece = new BlockRun(run.Offset + done, run.Bytes - done);
                var received = await ReadSome(pull, piece, abandoned, stop.Token);
                if (received == 0)
                    return null;
                // While it is in the cache; and never of blocks that were given back.
                if (!pull.Cancelled.IsCancellationRequested)
                    checksum.Append(pull.Pool.Read(piece with { Bytes = received }));
                done += received;
                pull.Progress();
            }
        }
        if (!await KvWire.Receive(channel, _head.AsMemory(0, KvWire.TrailerBytes), closing))
            return null;
        return pull.Cancelled.IsCancellationRequested ? KvPulled.Failed(KvFailure.Cancelled)
            : BitConverter.ToUInt32(_head) != KvWire.Ok ? KvPulled.Failed(KvFailure.Lease)
            : new KvPulled(null, checksum.Value);
    }

    /// <summary>
    /// A cancelled receive has taken nothing off the socket and writes nothing afterwards; the body goes on into the
    /// scratch buffer, so that the responses behind it are not lost.
    /// </summary>
    private async ValueTask<int> ReadSome(
        KvPull pull, BlockRun piece, Action abandoned, CancellationToken stop)
    {
        if (!pull.Cancelled.IsCancellationRequested)
        {
            try
            {
                return await channel.ReadAsync(UnmanagedMemory.At(pull.Address(piece), piece.Bytes), stop);
            }
            catch (OperationCanceledException) when (!closing.IsCancellationRequested)
            {
                // On into the scratch buffer.
            }
        }
        abandoned();
        return await channel.ReadAsync(_scratch.AsMemory(0, Math.Min(piece.Bytes, _scratch.Length)), closing);
    }
}
