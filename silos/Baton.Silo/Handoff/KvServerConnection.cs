namespace Baton.Silo.Handoff;

/// <summary>One client of the byte channel, its requests answered in order on a thread of its own.</summary>
internal sealed class KvServerConnection(
    Stream channel, KvServerOptions options, KvLeaseTable leases, TimeProvider time) : IDisposable
{
    private static readonly byte[] _zeros = new byte[64 << 10];

    private readonly byte[] _request = new byte[KvWire.RequestBytes];
    private readonly byte[] _response = new byte[KvWire.ResponseBytes];
    private readonly CancellationTokenSource _deadline = new(Timeout.InfiniteTimeSpan, time);

    public bool HasEnded { get; private set; }

    /// <summary>Serves until the connection ends, and says why it did. Blocks; never throws.</summary>
    public string Run(CancellationToken stopping)
    {
        // Blocking sockets cannot be cancelled, but closed: whoever waits in one is woken.
        using var onDeadline = _deadline.Token.UnsafeRegister(static c => ((Stream)c!).Dispose(), channel);
        using var onStop = stopping.UnsafeRegister(static c => ((Stream)c!).Dispose(), channel);
        try
        {
            _deadline.CancelAfter(options.FrameTimeout);
            if (KvHandshake.Accept(channel, options.ClusterSecret) is { } refusal)
                return End(refusal, stopping);
            while (ReadRequest())
            {
                if (!KvWire.TryReadRequest(_request, out var lease, out var number))
                    return KvClosed.Frame;
                Respond(leases.Find(lease), number);
            }
            return End(KvClosed.ByPeer, stopping);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return End(KvClosed.Broken, stopping);
        }
    }

    public void Dispose()
    {
        channel.Dispose();
        _deadline.Dispose();
        HasEnded = true;
    }

    /// <summary>Our own closing looks like the peer's from within.</summary>
    private string End(string reason, CancellationToken stopping) =>
        stopping.IsCancellationRequested ? KvClosed.Shutdown
        : _deadline.IsCancellationRequested ? KvClosed.Timeout
        : reason;

    /// <summary>A client may be idle for ever, but not in the middle of a frame.</summary>
    private bool ReadRequest()
    {
        _deadline.CancelAfter(Timeout.InfiniteTimeSpan);
        var received = channel.Read(_request);
        if (received == 0)
            return false;
        _deadline.CancelAfter(options.FrameTimeout);
        return KvWire.Receive(channel, _request.AsSpan(received));
    }

    private void Respond(KvLease? lease, int number)
    {
        if (lease?.Span(number) is not { } span)
        {
            KvWire.WriteResponse(_response, KvWire.LeaseEnded, number, 0);
            Send(_response);
            return;
        }
        var layout = lease.Pool.Layout;
        KvWire.WriteResponse(_response, KvWire.Ok, number, (int)span.Bytes(layout));
        Send(_response);
        var status = KvWire.Ok;
        var checksum = new KvChecksum();
        foreach (var run in span.Runs(layout))
        {
            if (status == KvWire.Ok && !SendRun(lease, number, run, span.BytesPerBlock(layout), ref checksum))
                status = KvWire.LeaseEnded;
            // The rest of the body must still come, or the requests behind this one could not be answered.
            if (status != KvWire.Ok)
                SendZeros(run.Bytes);
        }
        var trailer = _response.AsSpan(0, KvWire.TrailerBytes);
        KvWire.WriteTrailer(trailer, status, checksum.Value);
        Send(trailer);
    }

    private bool SendRun(KvLease lease, int number, BlockRun run, int bytesPerBlock, ref KvChecksum checksum)
    {
        if (!lease.Enter(number))
            return false;
        try
        {
            var bytes = lease.Pool.Read(run);
            Send(bytes);
            // While it is in the cache.
            checksum.Append(bytes, bytesPerBlock);
            return true;
        }
        finally
        {
            lease.Exit();
        }
    }

    private void SendZeros(int bytes)
    {
        for (; bytes > 0; bytes -= _zeros.Length)
            Send(_zeros.AsSpan(0, Math.Min(bytes, _zeros.Length)));
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        _deadline.CancelAfter(options.SendTimeout);
        channel.Write(bytes);
    }
}
