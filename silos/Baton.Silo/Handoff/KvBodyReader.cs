using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>Reads responses off a byte channel into the blocks they are for.</summary>
internal sealed class KvBodyReader(Stream channel)
{
    private const int RunBytes = 1 << 20;

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
        foreach (var run in BlockRun.Of(pull.Blocks, pull.BlockBytes, RunBytes))
        {
            if (!Fill(pull, run, abandoned))
                return false;
            // While it is in the cache; and never of blocks that were given back.
            if (!pull.Cancelled.IsCancellationRequested)
                checksum.Append(pull.Pool.Read(run), pull.BlockBytes);
        }
        _wait.End();
        var trailer = _frame.AsSpan(0, KvWire.TrailerBytes);
        if (!KvWire.Receive(channel, trailer))
            return false;
        var (end, sent) = KvWire.ReadTrailer(trailer);
        failure = pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled
            : end != KvWire.Ok ? KvFailure.Lease
            : sent != checksum.Value ? KvFailure.Checksum
            : null;
        return true;
    }

    private bool Fill(KvPull pull, BlockRun run, Action abandoned)
    {
        for (var done = 0; done < run.Bytes;)
        {
            var received = ReadSome(pull, new BlockRun(run.Offset + done, run.Bytes - done), abandoned);
            if (received == 0)
                return false;
            done += received;
            pull.Progress();
        }
        return true;
    }

    /// <summary>
    /// A wait that ran out has taken nothing off the socket; the body of a cancelled pull goes on into the scratch
    /// buffer, so that the responses behind it are not lost.
    /// </summary>
    private int ReadSome(KvPull pull, BlockRun piece, Action abandoned)
    {
        while (true)
        {
            var isWanted = !pull.Cancelled.IsCancellationRequested;
            if (!isWanted)
                abandoned();
            _wait.Want(isWanted ? piece.Bytes : 1);
            try
            {
                return channel.Read(isWanted
                    ? pull.Pool.Write(piece)
                    : _scratch.AsSpan(0, Math.Min(piece.Bytes, _scratch.Length)));
            }
            catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.TimedOut })
            {
                // Is it still wanted?
                _wait.RanOut();
            }
        }
    }
}
