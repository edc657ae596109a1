using System.Net;
using System.Net.Sockets;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvServerTests
{
    private static readonly KvServerOptions _options = new()
    {
        ClusterSecret = HandoffRig.Secret,
        FrameTimeout = TimeSpan.FromSeconds(5),
        MaxConnections = 8,
    };

    [Fact]
    public async Task Connect_WrongSecret_IsClosedWithTheReason()
    {
        await using var rig = new HandoffRig(secret: "another secret");
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));

        Assert.Equal(KvFailure.Connection, await rig.Arrived(key));
        await Closed(rig.Server, KvClosed.Secret, 1);
    }

    [Fact]
    public async Task Hello_OtherVersion_IsClosedWithTheReason()
    {
        await using var server = Start(_options);
        using var socket = await Connect(server);
        var hello = new byte[KvHandshake.HelloBytes];
        "BTKV"u8.CopyTo(hello);
        hello[4] = KvWire.Version + 1;
        await socket.WriteAsync(hello, TestContext.Current.CancellationToken);

        Assert.False(await Reads(socket, new byte[1]));
        await Closed(server, KvClosed.Version, 1);
    }

    [Fact]
    public async Task Handshake_ClientSaysNothing_TimesOut()
    {
        await using var server = Start(_options with { FrameTimeout = TimeSpan.FromMilliseconds(50) });
        using var socket = await Connect(server);

        Assert.False(await Reads(socket, new byte[1]));
        await Closed(server, KvClosed.Timeout, 1);
    }

    [Fact]
    public async Task Connect_BeyondTheBound_IsClosedAtOnce()
    {
        await using var server = Start(_options with { MaxConnections = 1 });
        using var first = await Authenticated(server);
        using var second = await Connect(server);

        Assert.False(await Reads(second, new byte[1]));
        await Closed(server, KvClosed.Full, 1);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Request_UnknownLease_IsAnsweredAndTheConnectionGoesOn()
    {
        await using var server = Start(_options);
        using var socket = await Authenticated(server);
        for (var number = 0; number < 3; number++)
        {
            var frame = new byte[KvWire.RequestBytes];
            KvWire.WriteRequest(frame, 12345, number);
            await socket.WriteAsync(frame, TestContext.Current.CancellationToken);
            Assert.True(await Reads(socket, frame));
            Assert.True(KvWire.TryReadResponse(frame, out var status, out var echoed, out var length));
            Assert.Equal((KvWire.LeaseEnded, number, 0), (status, echoed, length));
        }
    }

    [Fact]
    public async Task Garbage_ThousandsOfRandomFrames_CloseTheirConnectionsAndNothingElse()
    {
        const int Frames = 3000;
        await using var server = Start(_options);
        using var witness = await Authenticated(server);
        var random = new Random(42);
        for (var i = 0; i < Frames; i++)
        {
            using var socket = i % 10 == 0 ? await Authenticated(server) : await Connect(server);
            var garbage = new byte[random.Next(KvHandshake.HelloBytes, 200)];
            random.NextBytes(garbage);
            await Swallow(() => socket.WriteAsync(garbage).AsTask());
            await Swallow(() => Reads(socket, new byte[1]));
        }

        await Closed(server, KvClosed.Frame, Frames);
        Assert.Equal(1, server.Connections);
        await Request_UnknownLease_IsAnsweredAndTheConnectionGoesOn();
    }

    [Fact]
    public async Task Lease_EndsWhileTheBodyIsSent_TrailerSaysSoAndBlocksAreHeldTillThen()
    {
        const int Blocks = 64;
        var layout = HandoffRig.Layout with { BytesPerToken = 1 << 16 };
        var leases = new KvLeaseTable();
        await using var server = KvServer.Start(_options, leases, TimeProvider.System, NullLogger<KvServer>.Instance);
        using var memory = new PrivateKvMemory((long)Blocks * layout.BlockBytes);
        var lease = leases.Open(new KvPool(memory, layout, new KvLocation(new WorkerId("p", 1), "h", "", "")))!;
        lease.Add(0, new KvSpan([.. Enumerable.Range(0, Blocks)], layout.AllLayers));
        using var socket = await Authenticated(server);
        var frame = new byte[KvWire.RequestBytes];
        KvWire.WriteRequest(frame, lease.Id, 0);
        await socket.WriteAsync(frame, TestContext.Current.CancellationToken);
        Assert.True(await Reads(socket, frame));

        // 64 MiB do not fit the socket's buffers: the server is in the midst of a run when the lease ends.
        var freed = new TaskCompletionSource();
        lease.End(freed.SetResult);
        Assert.True(await Reads(socket, new byte[Blocks * layout.BlockBytes]));
        Assert.True(await Reads(socket, frame.AsMemory(0, KvWire.TrailerBytes)));

        Assert.Equal(KvWire.LeaseEnded, KvWire.ReadTrailer(frame).Status);
        await freed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Dispose_WithClientsConnected_DoesNotHang()
    {
        var server = Start(_options);
        using var idle = await Authenticated(server);
        using var silent = await Connect(server);

        await server.DisposeAsync().AsTask()
            .WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
    }

    private static KvServer Start(KvServerOptions options) =>
        KvServer.Start(options, new KvLeaseTable(), TimeProvider.System, NullLogger<KvServer>.Instance);

    private static async Task<NetworkStream> Connect(KvServer server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(server.Endpoint));
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<NetworkStream> Authenticated(KvServer server)
    {
        var socket = await Connect(server);
        Assert.Null(await Task.Run(() => KvHandshake.Connect(socket, HandoffRig.Secret)));
        return socket;
    }

    /// <summary>False when the server closed before all of it came.</summary>
    private static async Task<bool> Reads(NetworkStream socket, Memory<byte> frame) => frame.Length
        == await socket.ReadAtLeastAsync(
            frame, frame.Length, throwOnEndOfStream: false, TestContext.Current.CancellationToken);

    /// <summary>A closed connection may be reset under what is still being written to it.</summary>
    private static async Task Swallow(Func<Task> action)
    {
        try
        {
            await action();
        }
        catch (IOException)
        {
            // As said.
        }
    }

    /// <summary>The client sees the end a moment before it is counted.</summary>
    private static async Task Closed(KvServer server, string reason, long count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (server.Closed.GetValueOrDefault(reason) != count)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
