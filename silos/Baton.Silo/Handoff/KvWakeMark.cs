using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>
/// How much of a body must have come before its reader is woken. Without it a fast reader is woken for every few
/// segments, and the wakes cost as much as the copies. Linux and TCP only; elsewhere it does nothing.
/// </summary>
internal sealed class KvWakeMark(Socket? socket)
{
    private const int Most = 256 << 10;
    private const int SocketLevel = 1;
    private const int ReceiveLowWater = 18;

    private readonly Socket? _socket =
        OperatingSystem.IsLinux() && socket?.ProtocolType == ProtocolType.Tcp ? socket : null;

    private int _mark = 1;

    /// <summary>So many bytes are still to come, at least.</summary>
    public void Expect(long bytes)
    {
        var mark = bytes >= Most ? Most : 1;
        if (mark == _mark || _socket is null)
            return;
        _socket.SetRawSocketOption(SocketLevel, ReceiveLowWater, BitConverter.GetBytes(mark));
        _mark = mark;
    }
}
