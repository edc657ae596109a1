using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Baton.Benchmarks.Handoff;

/// <summary>The baseline: messages from a ring through a plain socket into a ring, blocking, one thread an end.</summary>
internal static class RawTransfer
{
    public const int MessageBytes = 4 << 20;
    public const int RingBytes = 32 << 20;

    /// <summary>Answers each count that comes with so many messages, until the client closes.</summary>
    public static void Serve(Socket listener)
    {
        using var socket = listener.Accept();
        using var ring = new Ring();
        Span<byte> count = stackalloc byte[sizeof(int)];
        while (TryFill(socket, count))
        {
            for (var left = MemoryMarshal.Read<int>(count); left > 0; left--)
            {
                Send(socket, ring.Next());
            }
        }
    }

    /// <summary>Fetches messages; returns when all are here.</summary>
    public static void Fetch(Socket socket, Ring ring, int messages)
    {
        socket.Send(MemoryMarshal.AsBytes([messages]));
        for (; messages > 0; messages--)
        {
            if (!TryFill(socket, ring.Next()))
            {
                throw new EndOfStreamException("The peer closed.");
            }
        }
    }

    public static Socket Listen(EndPoint endpoint)
    {
        var socket = NewSocket(endpoint);
        socket.Bind(endpoint);
        socket.Listen();
        return socket;
    }

    public static Socket Connect(EndPoint endpoint)
    {
        var socket = NewSocket(endpoint);
        socket.Connect(endpoint);
        return socket;
    }

    private static Socket NewSocket(EndPoint endpoint) => endpoint is IPEndPoint
        ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
        : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private static void Send(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[socket.Send(bytes)..];
        }
    }

    private static bool TryFill(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var received = socket.Receive(bytes);
            if (received == 0)
            {
                return false;
            }

            bytes = bytes[received..];
        }

        return true;
    }
}
