using System.Net;
using System.Net.Sockets;

namespace Baton.Silo.Handoff;

/// <summary>Text form of the byte channel's address: ip:port, or unix:path.</summary>
internal static class KvEndpoint
{
    private const string UnixPrefix = "unix:";

    public static bool IsUnix(string text) => text.StartsWith(UnixPrefix, StringComparison.Ordinal);

    public static string Of(string socketPath) => UnixPrefix + socketPath;

    public static EndPoint? Parse(string text)
    {
        if (IsUnix(text))
            return ParseUnix(text[UnixPrefix.Length..]);
        return IPEndPoint.TryParse(text, out var address) && address.Port != 0 ? address : null;
    }

    /// <summary>Null when no socket can have that path: how long it may be is the system's to say.</summary>
    private static UnixDomainSocketEndPoint? ParseUnix(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    public static Socket NewSocket(EndPoint endpoint)
    {
        if (endpoint is UnixDomainSocketEndPoint)
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        Tune(socket);
        return socket;
    }

    /// <summary>Requests are small and must not wait; a host that vanishes must be noticed on an idle connection.</summary>
    public static void Tune(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
            return;
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 5);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 2);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }
}
