using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>
/// When the kernel wakes the thread that reads a body: when all that it wants is there, and not for each packet, which
/// took a quarter of the processor time of a transfer over TCP. A sender whose window is closed would wait for us then,
/// so the wait is short; one that runs out with nothing says that the peer is slow, and from there on every packet wakes.
/// </summary>
internal sealed class KvBodyWait(Stream channel)
{
    /// <summary>Bodies smaller than this are read as they come: a wait that runs out would be felt.</summary>
    private const long GatheredBodyBytes = 4 << 20;

    /// <summary>Less than this is not worth a wait.</summary>
    private const int GatheredBytes = 128 << 10;

    private const int GatherMilliseconds = 4;

    /// <summary>How soon a peer that has stopped in the midst of a body gives up blocks that nobody wants filled.</summary>
    private const int StuckMilliseconds = 200;

    private readonly Socket? _tcp =
        channel is NetworkStream { Socket: { ProtocolType: ProtocolType.Tcp } socket } ? socket : null;

    private bool _isGathering;
    private int _wakeAt = 1;

    public void Begin(long bodyBytes)
    {
        _isGathering = _tcp is not null && bodyBytes >= GatheredBodyBytes;
        Wait(_isGathering ? GatherMilliseconds : StuckMilliseconds);
    }

    public void Want(int bytes) => WakeAt(_isGathering && bytes >= GatheredBytes ? bytes : 1);

    /// <summary>Nothing came in the time.</summary>
    public void RanOut()
    {
        _isGathering = false;
        Wait(StuckMilliseconds);
    }

    public void End()
    {
        WakeAt(1);
        Wait(Timeout.Infinite);
    }

    private void WakeAt(int bytes)
    {
        if (bytes == _wakeAt)
            return;
        _tcp!.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, bytes);
        _wakeAt = bytes;
    }

    private void Wait(int milliseconds)
    {
        if (channel.CanTimeout)
            channel.ReadTimeout = milliseconds;
    }
}
