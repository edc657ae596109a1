using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Baton.Silo.Tests.Support;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>
/// More than a million frames through the code that reads them, without a network: the end, its reason and every byte
/// answered are foretold by a second reading of the protocol, and what a frame may allocate is bounded.
/// </summary>
public sealed class KvFrameFuzzTests
{
    private const int ConnectionBytes = 8 << 10;
    private const int FrameBytes = 1 << 10;

    private static readonly KvLayout _layout = new(4, 16, "fuzz");

    [Fact]
    public async Task Server_AnyRequests_AreAnsweredOrRefusedAsForetold()
    {
        const int Requests = 700_000;
        using var memory = new PrivateKvMemory(8L * _layout.BlockBytes);
        new Random(1).NextBytes(HandoffRig.Bytes(memory));
        var leases = new KvLeaseTable();
        var lease = leases.Open(new KvPool(memory, _layout, new KvLocation(new WorkerId("p", 1), "h", "", "")))!;
        lease.Add(0, new KvSpan([3, 4], _layout.AllLayers));
        lease.Add(1, new KvSpan([7, 1], _layout.AllLayers));
        (byte[], ulong)[] bodies = [Bodies(memory, 3, 4), Bodies(memory, 7, 1)];
        var options = new KvServerOptions { ClusterSecret = HandoffRig.Secret };
        var earlier = new byte[ProtocolOracle.HelloBytes + ProtocolOracle.ProofBytes];
        var reasons = new Dictionary<string, int>();
        var requests = 0;
        await Seeds.Run(() => requests >= Requests, seed =>
        {
            using var client = new HostileClient(new Random(seed), lease.Id, bodies, earlier).Begin();
            using var connection = new KvServerConnection(client, options, leases, TimeProvider.System);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var run = connection.Run(TestContext.Current.CancellationToken);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            client.End();
            Assert.Equal((client.Expected, null), (run, client.Difference));
            Assert.InRange(allocated, 0, ConnectionBytes + (long)client.Requests * FrameBytes);
            requests += client.Requests;
            reasons[run] = reasons.GetValueOrDefault(run) + 1;
        });

        TestContext.Current.TestOutputHelper?.WriteLine($"{requests} requests; {string.Join(", ", reasons)}");
        if (requests >= Requests)
            Assert.Equal([KvClosed.Frame, KvClosed.ByPeer, KvClosed.Secret, KvClosed.Version], reasons.Keys.Order());
    }

    [Fact]
    public async Task Client_AnyResponses_AreTakenOrRefusedAsForetold()
    {
        const int Responses = 300_000;
        using var memory = new PrivateKvMemory(8L * _layout.BlockBytes);
        var pool = new KvPool(memory, _layout, new KvLocation(new WorkerId("d", 1), "h", "", ""));
        int[] blocks = [5, 2];
        var responses = 0;
        await Seeds.Run(() => responses >= Responses, seed =>
        {
            using var server = new HostileServer(new Random(seed), 2, _layout.BlockBytes).Begin(32);
            var reader = new KvBodyReader(server);
            for (var number = 0; number < 32; number++)
            {
                responses++;
                HandoffRig.Bytes(memory).Fill(0xEE);
                var pull = new KvPull(Descriptor(number), pool, blocks, static () => { }, CancellationToken.None);
                var before = GC.GetAllocatedBytesForCurrentThread();
                string? failure = null;
                var isWhole = reader.Next() && reader.Read(pull, static () => { }, static () => { }, out failure);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

                Assert.InRange(allocated, 0, FrameBytes);
                var end = server.Foretell(number);
                Assert.Equal(end, isWhole ? End(failure) : HostileServer.End.Broken);
                AssertWritten(memory, blocks, end, server.Body);
                if (end == HostileServer.End.Broken)
                    return;
            }
        });
    }

    [Fact]
    public async Task Connect_AnyServer_IsBelievedOnlyWithTheSecret()
    {
        const int Handshakes = 40_000;
        var earlier = new byte[ProtocolOracle.HelloBytes + ProtocolOracle.ProofBytes];
        var handshakes = 0;
        await Seeds.Run(() => handshakes >= Handshakes, seed =>
        {
            handshakes++;
            using var server = new ImpostorServer(new Random(seed), earlier);
            var refusal = KvHandshake.Connect(server, HandoffRig.Secret);

            Assert.Equal(server.Expected, refusal);
        });
    }

    private static HostileServer.End End(string? failure) => failure switch
    {
        null => HostileServer.End.Came,
        KvFailure.Checksum => HostileServer.End.Corrupt,
        _ => HostileServer.End.LeaseEnded,
    };

    /// <summary>Whatever came, it came into the blocks of the pull; and if it is said to have come, all of it did.</summary>
    private static void AssertWritten(
        PrivateKvMemory memory, int[] blocks, HostileServer.End end, byte[] body)
    {
        var size = _layout.BlockBytes;
        for (var block = 0; block < 8; block++)
        {
            var written = HandoffRig.Bytes(memory).Slice(block * size, size);
            var at = Array.IndexOf(blocks, block);
            if (at < 0)
                Assert.True(written.IndexOfAnyExcept((byte)0xEE) < 0, $"block {block} was written");
            else if (end == HostileServer.End.Came)
                Assert.True(written.SequenceEqual(body.AsSpan(at * size, size)), $"block {block} is another");
        }
    }

    private static (byte[] Bytes, ulong Checksum) Bodies(PrivateKvMemory memory, params int[] blocks)
    {
        byte[] bytes = [.. blocks.SelectMany(b =>
            HandoffRig.Bytes(memory).Slice(b * _layout.BlockBytes, _layout.BlockBytes).ToArray())];
        return (bytes, ProtocolOracle.Checksum(bytes, _layout.BlockBytes));
    }

    private static KvDescriptor Descriptor(int number) => new()
    {
        Key = HandoffRig.Key(0),
        Number = number,
        Source = new KvLocation(new WorkerId("p", 1), "h", "", ""),
        LeaseId = 1,
        FirstBlock = 0,
        Blocks = [0, 1],
        Layers = _layout.AllLayers,
        LeaseWord = -1,
        Fingerprint = _layout.Fingerprint,
        Last = true,
    };
}
