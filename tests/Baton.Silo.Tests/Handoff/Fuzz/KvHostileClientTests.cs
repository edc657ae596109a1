using System.Net;
using System.Net.Sockets;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Baton.Silo.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>Thousands of clients of every kind on real sockets: each end is counted by its reason, and nothing is left.</summary>
[Collection(Alone.Name)]
public sealed class KvHostileClientTests : IAsyncLifetime
{
    private const int Clients = 3000;
    private const int BytesPerClient = 64 << 10;

    private static readonly KvLayout _layout = new(16, 1024, "fuzz");

    private readonly PrivateKvMemory _memory = new(8L * _layout.BlockBytes);
    private readonly KvLeaseTable _leases = new();
    private readonly Dictionary<string, long> _expected = [];
    private KvServer _server = null!;
    private KvLease _lease = null!;
    private byte[] _hello = [];
    private byte[] _proof = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        new Random(1).NextBytes(HandoffRig.Bytes(_memory));
        _server = KvServer.Start(
            new KvServerOptions { ClusterSecret = HandoffRig.Secret, MaxConnections = 64 },
            _leases, TimeProvider.System, NullLogger<KvServer>.Instance);
        _lease = _leases.Open(new KvPool(_memory, _layout, new KvLocation(new WorkerId("p", 1), "h", "", "")))!;
        _lease.Add(0, new KvSpan([.. Enumerable.Range(0, 8)], _layout.AllLayers));
        await using var first = await Connect();
        (_hello, _proof) = await Authenticate(first);
        _expected[KvClosed.ByPeer] = 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _memory.Dispose();
    }

    [Fact]
    public async Task Clients_OfEveryKind_AreCountedByReasonAndLeaveNothing()
    {
        await using var witness = await Connect();
        await Authenticate(witness);
        var allocated = GC.GetTotalAllocatedBytes();
        var clients = 0;
        await Seeds.Run(() => clients >= Clients, async seed =>
        {
            clients++;
            var reason = await Play(new Random(seed)).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);
            _expected[reason] = _expected.GetValueOrDefault(reason) + 1;
        });

        await Until(() => _server.Connections == 1);
        Assert.InRange(GC.GetTotalAllocatedBytes() - allocated, 0, (long)clients * BytesPerClient);
        // A client that resets is seen as gone or as broken, as the kernel has it.
        Assert.Equal(
            _expected.Where(e => e.Key is not (KvClosed.ByPeer or KvClosed.Broken)).OrderBy(e => e.Key),
            _server.Closed.Where(e => e.Key is not (KvClosed.ByPeer or KvClosed.Broken)).OrderBy(e => e.Key));
        Assert.Equal(_expected.Values.Sum(), _server.Closed.Values.Sum());
        await AssertServed(witness);
        var free = false;
        _lease.End(() => free = true);
        Assert.True(free, "a reader is left");
    }

    /// <summary>Returns the reason for which the server must close.</summary>
    private async Task<string> Play(Random random)
    {
        await using var channel = await Connect();
        switch (random.Next(9))
        {
            case 0:
                await Authenticate(channel);
                await AssertServed(channel);
                return KvClosed.ByPeer;
            case 1:
                await Refused(channel, Spoiled(_hello, random, from: 0, to: 4));
                return KvClosed.Frame;
            case 2:
                await Refused(channel, Spoiled(_hello, random, from: 4, to: 5));
                return KvClosed.Version;
            case 3:
                // Heard on the wire of another, and said again.
                await Refused(channel, [.. _hello, .. _proof]);
                return KvClosed.Secret;
            case 4:
                await channel.WriteAsync(_hello.AsMemory(0, random.Next(ProtocolOracle.HelloBytes)), Cancelled);
                return KvClosed.ByPeer;
            case 5:
                await Authenticate(channel);
                await channel.WriteAsync(Request(_lease.Id, 0).AsMemory(0, random.Next(1, 16)), Cancelled);
                return KvClosed.ByPeer;
            case 6:
                await Authenticate(channel);
                await Refused(channel, Garbage(random));
                return KvClosed.Frame;
            case 7:
                await Authenticate(channel);
                await channel.WriteAsync(Request(_lease.Id, 0), Cancelled);
                channel.Socket.Close(0);
                return KvClosed.Broken;
            default:
                await Authenticate(channel);
                await Refused(channel, Spoiled(Request(_lease.Id, 0), random, from: 0, to: 4));
                return KvClosed.Frame;
        }
    }

    private async Task AssertServed(NetworkStream channel)
    {
        await channel.WriteAsync(Request(_lease.Id, 0), Cancelled);
        var answer = new byte[16 + 8 * _layout.BlockBytes + 12];
        await channel.ReadExactlyAsync(answer, Cancelled);
        Assert.True(HandoffRig.Bytes(_memory).SequenceEqual(answer.AsSpan(16, 8 * _layout.BlockBytes)));
    }

    private async Task<NetworkStream> Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPEndPoint.Parse(_server.Endpoint), Cancelled);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private static async Task<(byte[] Hello, byte[] Proof)> Authenticate(NetworkStream channel)
    {
        var hello = new byte[ProtocolOracle.HelloBytes];
        ProtocolOracle.Hello(hello, new Random(7));
        await channel.WriteAsync(hello, Cancelled);
        var server = new byte[ProtocolOracle.HelloBytes];
        await channel.ReadExactlyAsync(server, Cancelled);
        var proof = new byte[ProtocolOracle.ProofBytes];
        ProtocolOracle.Prove(proof, "client"u8, hello, server);
        await channel.WriteAsync(proof, Cancelled);
        var answer = new byte[ProtocolOracle.ProofBytes];
        await channel.ReadExactlyAsync(answer, Cancelled);
        Assert.True(ProtocolOracle.IsProof(answer, "server"u8, hello, server));
        return (hello, proof);
    }

    /// <summary>Says it and reads until the server closes: it must, and under what is still being said if need be.</summary>
    private static async Task Refused(NetworkStream channel, byte[] said)
    {
        try
        {
            await channel.WriteAsync(said, Cancelled);
            var heard = new byte[256];
            while (await channel.ReadAsync(heard, Cancelled) > 0)
            {
                // Its hello, if it was given no reason to withhold it.
            }
        }
        catch (IOException)
        {
            // Closed with something unread: a reset.
        }
    }

    private static byte[] Request(long lease, int number)
    {
        var frame = new byte[KvWire.RequestBytes];
        KvWire.WriteRequest(frame, lease, number);
        return frame;
    }

    private static byte[] Spoiled(byte[] frame, Random random, int from, int to)
    {
        var spoiled = frame.ToArray();
        var bit = random.Next(8 * from, 8 * to);
        spoiled[bit / 8] ^= (byte)(1 << (bit % 8));
        return spoiled;
    }

    private static byte[] Garbage(Random random)
    {
        var garbage = new byte[random.Next(16, 100_000)];
        random.NextBytes(garbage);
        return garbage;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
