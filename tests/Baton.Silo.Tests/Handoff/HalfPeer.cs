using System.Net;
using System.Net.Sockets;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

/// <summary>A producer that keeps to the protocol as far as the test wants: it sends half a body and waits.</summary>
internal sealed class HalfPeer : IAsyncDisposable
{
    public static readonly WorkerId Worker = new("prefill-9", 1);

    private const int Length = 2 * 1024;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _body = new byte[Length];
    private NetworkStream? _channel;
    private Task _serving = Task.CompletedTask;

    private HalfPeer() => new Random(5).NextBytes(_body);

    public TaskCompletionSource SentHalf { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Connections { get; private set; }

    public static Task<HalfPeer> Start()
    {
        var peer = new HalfPeer();
        peer._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        peer._listener.Listen();
        peer._serving = peer.Serve();
        return Task.FromResult(peer);
    }

    public KvDescriptor Descriptor(SequenceKey key, string? endpoint = null) => new()
    {
        Key = key,
        Number = 0,
        Source = new KvLocation(Worker, "elsewhere", "", endpoint ?? _listener.LocalEndPoint!.ToString()!),
        LeaseId = 1,
        FirstBlock = 0,
        Blocks = [0, 1],
        Layers = HandoffRig.Layout.AllLayers,
        LeaseWord = -1,
        Fingerprint = HandoffRig.Layout.Fingerprint,
        Last = true,
    };

    public void Die() => _channel!.Socket.Close(0);

    /// <summary>The whole body, and nothing behind it.</summary>
    public Task SendRestOfBody() => _channel!.WriteAsync(_body.AsMemory(Length / 2)).AsTask();

    /// <summary>Whether these bytes are the body.</summary>
    public bool IsBody(ReadOnlySpan<byte> bytes) => bytes.SequenceEqual(_body);

    public async Task SendRest()
    {
        var trailer = new byte[KvWire.TrailerBytes];
        KvWire.WriteTrailer(trailer, KvWire.Ok, HandoffRig.Checksum(_body, HandoffRig.Layout.BlockBytes));
        await SendRestOfBody();
        await _channel!.WriteAsync(trailer);
    }

    public async Task ServeWhole()
    {
        await ReadRequest();
        await _channel!.WriteAsync(_body.AsMemory(0, Length / 2));
        await SendRest();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        _channel?.Dispose();
        await _serving;
    }

    private async Task Serve()
    {
        try
        {
            _channel = new NetworkStream(await _listener.AcceptAsync(), ownsSocket: true);
            Connections++;
            Assert.Null(await Task.Run(() => KvHandshake.Accept(_channel, HandoffRig.Secret)));
            await ReadRequest();
            await _channel.WriteAsync(_body.AsMemory(0, Length / 2));
            SentHalf.SetResult();
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The test is over.
        }
    }

    private async Task ReadRequest()
    {
        var frame = new byte[KvWire.RequestBytes];
        await _channel!.ReadExactlyAsync(frame);
        Assert.True(KvWire.TryReadRequest(frame, out _, out var number));
        KvWire.WriteResponse(frame, KvWire.Ok, number, Length);
        await _channel.WriteAsync(frame);
    }
}
