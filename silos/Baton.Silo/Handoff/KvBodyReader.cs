using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>Reads responses off a byte channel into the blocks they are for.</summary>
internal sealed class KvBodyReader(Stream channel)
{
    private readonly byte[] _frame = new byte[KvWire.ResponseBytes];
    private readonly byte[] _scratch = new byte[64 << 10];
    private readonly KvBodyWait _wait = new(channel);

    /// <summary>Waits for a response to begin, as long as it takes; false when the peer closed instead.</summary>
    public bool Next() => KvWire.Receive(channel, _frame);

    /// <summary>
    /// Reads the response that has begun. False when the peer closed or does not keep to the protocol: the connection is
    /// of no more use. The failure is that of the pull.
    /// </summary>
    /// <param name="pull">Where the response goes.</param>
    /// <param name="bodyBegins">Called before anything is written to the blocks.</param>
    /// <param name="abandoned">Called when a cancelled pull's blocks are written no more, though its body still comes.</param>
    /// <param name="failure">Null when all of it came as it was sent.</param>
    public bool Read(KvPull pull, Action bodyBegins, Action abandoned, out string? failure)
    {
        failure = KvFailure.Lease;
        if (!KvWire.TryReadResponse(_frame, out var status, out var number, out var length)
            || number != pull.Descriptor.Number
            || status is not (KvWire.Ok or KvWire.LeaseEnded)
            || length != (status == KvWire.Ok ? pull.Bytes : 0))
        {
            return false;
        }
        if (status != KvWire.Ok)
            return true;
        bodyBegins();
        _wait.Begin(pull.Bytes);
        var checksum = new KvChecksum();
        var left = pull.Bytes;
        foreach (var run in pull.Span.Runs(pull.Pool.Layout))
        {
            left -= run.Bytes;
            if (!Fill(pull, run, isLast: left == 0, abandoned))
                return false;
            // While it is in the cache; and never of blocks that were given back.
            if (!pull.Cancelled.IsCancellationRequested)
                checksum.Append(pull.Pool.Read(run), pull.BytesPerBlock);
        }
        var trailer = _frame.AsSpan(0, KvWire.TrailerBytes);
        if (!FillTrailer(pull, trailer, abandoned))
            return false;
        _wait.End();
        var (end, sent) = KvWire.ReadTrailer(trailer);
        failure = pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled
            : end != KvWire.Ok ? KvFailure.Lease
            : sent != checksum.Value ? KvFailure.Checksum
            : null;
        return true;
    }

    private bool Fill(KvPull pull, BlockRun run, bool isLast, Action abandoned)
    {
        for (var done = 0; done < run.Bytes;)
        {
            var piece = new BlockRun(run.Offset + done, run.Bytes - done);
            var received = 0;
            while (received == 0)
            {
                // The body of a cancelled pull goes on into the scratch buffer: the responses behind it are not lost.
                var isWanted = IsWanted(pull, abandoned);
                _wait.Want(isWanted && !isLast ? piece.Bytes : 1);
                var to = isWanted ? pull.Pool.Write(piece) : _scratch.AsSpan(0, Math.Min(piece.Bytes, _scratch.Length));
                if (!TryRead(to, out received))
                    return false;
            }
            done += received;
            pull.Progress();
        }
        return true;
    }

    private bool FillTrailer(KvPull pull, Span<byte> trailer, Action abandoned)
    {
        _wait.Want(1);
        while (trailer.Length > 0)
        {
            IsWanted(pull, abandoned);
            if (!TryRead(trailer, out var received))
                return false;
            trailer = trailer[received..];
        }
        return true;
    }

    private static bool IsWanted(KvPull pull, Action abandoned)
    {
        if (!pull.Cancelled.IsCancellationRequested)
            return true;
        abandoned();
        return false;
    }

    /// <summary>False when the peer closed; nothing read when the wait ran out, which takes nothing off the socket.</summary>
    private bool TryRead(Span<byte> to, out int received)
    {
        received = 0;
        try
        {
            received = channel.Read(to);
            return received > 0;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut })
        {
            _wait.RanOut();
            return true;
        }
    }
}
