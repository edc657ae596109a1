using Baton.Silo.Memory;

namespace Baton.Silo.Handoff;

/// <summary>One client of the byte channel, its requests answered in order.</summary>
internal sealed class KvServerConnection(
    Stream channel, KvServerOptions options, KvLeaseTable leases, TimeProvider time) : IDisposable
{
    private const int RunBytes = 1 << 20;

    private static readonly byte[] _zeros = new byte[64 << 10];

    private readonly byte[] _request = new byte[KvWire.RequestBytes];
    private readonly byte[] _response = new byte[KvWire.ResponseBytes];
    private readonly CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, time);

    public bool HasEnded { get; private set; }

    /// <summary>Serves until the connection ends, and says why it did. Never throws.</summary>
    public async Task<string> Run(CancellationToken stopping)
    {
        using var onStop = stopping.UnsafeRegister(static d => ((CancellationTokenSource)d!).Cancel(), _deadline);
        try
        {
            _deadline.CancelAfter(options.FrameTimeout);
            if (await KvHandshake.Accept(channel, options.ClusterSecret, _deadline.Token) is { } refusal)
                return refusal;
            while (await ReadRequest())
            {
                if (!KvWire.TryReadRequest(_request, out var lease, out var number))
                    return KvClosed.Frame;
                await Respond(leases.Find(lease), number);
            }
            return KvClosed.ByPeer;
        }
        catch (OperationCanceledException)
        {
            return stopping.IsCancellationRequested ? KvClosed.Shutdown : KvClosed.Timeout;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return KvClosed.Broken;
        }
    }

    public void Dispose()
    {
        channel.Dispose();
        _deadline.Dispose();
        HasEnded = true;
    }

    /// <summary>A client may be idle for ever, but not in the middle of a frame.</summary>
    private async ValueTask<bool> ReadRequest()
    {
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        var received = await channel.ReadAsync(_request.AsMemory(), _deadline.Token);
        if (received == 0)
            return false;
        _deadline.CancelAfter(options.FrameTimeout);
        return await KvWire.Receive(channel, _request.AsMemory(received), _deadline.Token);
    }

    private async ValueTask Respond(KvLease? lease, int number)
    {
        if (lease?.Blocks(number) is not { } blocks)
        {
            KvWire.WriteResponse(_response, KvWire.LeaseEnded, number, 0);
            await Send(_response);
            return;
        }
        var blockBytes = lease.Pool.Layout.BlockBytes;
        KvWire.WriteResponse(_response, KvWire.Ok, number, blocks.Length * blockBytes);
        await Send(_response);
        var status = KvWire.Ok;
        foreach (var run in BlockRun.Of(blocks, blockBytes, RunBytes))
        {
            if (status == KvWire.Ok && !await SendRun(lease, number, run))
                status = KvWire.LeaseEnded;
            // The rest of the body must still come, or the requests behind this one could not be answered.
            if (status != KvWire.Ok)
                await SendZeros(run.Bytes);
        }
        BitConverter.TryWriteBytes(_response, status);
        await Send(_response.AsMemory(0, KvWire.TrailerBytes));
    }

    private async ValueTask<bool> SendRun(KvLease lease, int number, BlockRun run)
    {
        if (!lease.Enter(number))
            return false;
        try
        {
            await Send(UnmanagedMemory.At(lease.Pool.Memory.Address + (nint)run.Offset, run.Bytes));
            return true;
        }
        finally
        {
            lease.Exit();
        }
    }

    private async ValueTask SendZeros(int bytes)
    {
        for (; bytes > 0; bytes -= _zeros.Length)
            await Send(_zeros.AsMemory(0, Math.Min(bytes, _zeros.Length)));
    }

    private ValueTask Send(ReadOnlyMemory<byte> bytes)
    {
        _deadline.CancelAfter(options.SendTimeout);
        return KvWire.Send(channel, bytes, _deadline.Token);
    }
}
