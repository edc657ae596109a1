using System.Net;
using System.Net.Sockets;
using Baton.Contracts.Handoff;
using Baton.Silo.Handoff;
using Baton.Silo.Tests.Support;

namespace Baton.Silo.Tests.Handoff.Fuzz;

/// <summary>Producers that answer anything, over real sockets: every pull ends, and only whole ones land.</summary>
public sealed class KvHostileServerTests
{
    private const int Pulls = 1500;
    private const int Body = 2 * 1024;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pull_FromAnyServer_EndsWithItsReasonAndWritesNothingElsewhere()
    {
        await using var rig = new HandoffRig();
        await using var server = new AnyServer();
        var pulls = 0;
        await Seeds.Run(() => pulls >= Pulls, async seed =>
        {
            pulls++;
            var said = new byte[Body];
            new Random(seed).NextBytes(said);
            server.Next = (seed, said);
            HandoffRig.Bytes(rig.Destination).Fill(0xEE);
            var key = HandoffRig.Key(seed);
            Assert.True(rig.Importer.Expect(key, [3, 9], 0, 32));
            rig.Importer.Enqueue(Descriptor(key, server.Endpoint));

            Assert.Equal(AnyServer.Expected(seed), await rig.Arrived(key));
            AssertOnlyThere(rig, said, isLanded: rig.LandedAt(key));
        });
        Assert.Equal((0, 0), (rig.Importer.Stats.Expected, rig.Importer.Stats.Queued));
    }

    [Fact]
    public async Task Forget_BeforeTheAnswerBegins_DoesNotWaitForIt()
    {
        await using var rig = new HandoffRig();
        await using var server = new AnyServer { IsSilent = true };
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [3, 9], 0, 32);
        rig.Importer.Enqueue(Descriptor(key, server.Endpoint));
        await server.Asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        await rig.Importer.Forget(key).WaitAsync(TimeSpan.FromSeconds(20), Cancelled);

        Assert.Equal(0, rig.Importer.Stats.Expected);
    }

    [Theory]
    [InlineData("", KvFailure.Unreachable)]
    [InlineData("nonsense", KvFailure.Connection)]
    [InlineData("127.0.0.1:0", KvFailure.Connection)]
    [InlineData("127.0.0.1:65536", KvFailure.Connection)]
    [InlineData("host with spaces:80", KvFailure.Connection)]
    [InlineData("no\0host:80", KvFailure.Connection)]
    [InlineData("0.0.0.0.0:80", KvFailure.Connection)]
    [InlineData("[::1]:-1", KvFailure.Connection)]
    public async Task Pull_FromNoAddress_Fails(string endpoint, string reason)
    {
        await using var rig = new HandoffRig();
        Assert.Equal(reason, await Fail(rig, endpoint));
    }

    [Fact]
    public async Task Pull_FromAHostOfALongName_Fails()
    {
        await using var rig = new HandoffRig();
        Assert.Equal(KvFailure.Connection, await Fail(rig, new string('h', 300) + ":80"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    public async Task Pull_FromNoSocketPath_Fails(int length)
    {
        await using var rig = new HandoffRig(KvPlaneMode.Uds);
        Assert.Equal(KvFailure.Connection, await Fail(rig, "unix:" + new string('p', length)));
    }

    private static async Task<string> Fail(HandoffRig rig, string endpoint)
    {
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [3, 9], 0, 32);
        rig.Importer.Enqueue(Descriptor(key, endpoint));
        return await rig.Arrived(key);
    }

    private static void AssertOnlyThere(HandoffRig rig, byte[] said, bool isLanded)
    {
        var pool = HandoffRig.Bytes(rig.Destination);
        if (isLanded)
        {
            Assert.True(pool.Slice(3 * 1024, 1024).SequenceEqual(said.AsSpan(0, 1024)));
            Assert.True(pool.Slice(9 * 1024, 1024).SequenceEqual(said.AsSpan(1024)));
        }
        pool.Slice(3 * 1024, 1024).Fill(0xEE);
        pool.Slice(9 * 1024, 1024).Fill(0xEE);
        Assert.True(pool.IndexOfAnyExcept((byte)0xEE) < 0, "another block was written");
    }

    private static KvDescriptor Descriptor(Core.Engine.SequenceKey key, string endpoint) => new()
    {
        Key = key,
        Number = 0,
        Source = new KvLocation(HalfPeer.Worker, endpoint.StartsWith("unix:", StringComparison.Ordinal) ? "host" : "elsewhere", "", endpoint),
        LeaseId = 1,
        FirstBlock = 0,
        Blocks = [0, 1],
        Layers = HandoffRig.Layout.AllLayers,
        LeaseWord = -1,
        Fingerprint = HandoffRig.Layout.Fingerprint,
        Last = true,
    };

    /// <summary>Answers as its seed has it; a connection lives for as long as it kept to the protocol.</summary>
    private sealed class AnyServer : IAsyncDisposable
    {
        private const int Kinds = 12;

        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _serving;

        public AnyServer()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen();
            _serving = Serve();
        }

        public string Endpoint => _listener.LocalEndPoint!.ToString()!;

        public (int Seed, byte[] Body) Next { get; set; }

        public bool IsSilent { get; init; }

        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static string Expected(int seed) => Kind(seed) switch
        {
            0 or 1 => "landed 0 tcp",
            2 => KvFailure.Checksum,
            3 or 4 => KvFailure.Lease,
            _ => KvFailure.Connection,
        };

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _listener.Dispose();
            await _serving;
            _stopping.Dispose();
        }

        private static int Kind(int seed) => new Random(seed).Next(Kinds);

        private async Task Serve()
        {
            while (!_stopping.IsCancellationRequested)
            {
                try
                {
                    await using var channel = new NetworkStream(
                        await _listener.AcceptAsync(_stopping.Token), ownsSocket: true);
                    if (await Task.Run(() => KvHandshake.Accept(channel, HandoffRig.Secret)) is null)
                        await Answer(channel);
                }
                catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
                {
                    // The client was told enough, or the test is over.
                }
            }
        }

        private async Task Answer(NetworkStream channel)
        {
            var frame = new byte[KvWire.RequestBytes];
            while (await channel.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, _stopping.Token) > 0)
            {
                Asked.TrySetResult();
                if (IsSilent)
                    continue;
                var said = Said(Next.Seed, Next.Body);
                await channel.WriteAsync(said, _stopping.Token);
                if (Kind(Next.Seed) > 4)
                    return;
            }
        }

        private static byte[] Said(int seed, byte[] body)
        {
            var random = new Random(seed);
            var head = new byte[KvWire.ResponseBytes];
            KvWire.WriteResponse(head, KvWire.Ok, 0, Body);
            var trailer = new byte[KvWire.TrailerBytes];
            KvWire.WriteTrailer(trailer, KvWire.Ok, HandoffRig.Checksum(body, HandoffRig.Layout.BlockBytes));
            byte[] whole = [.. head, .. body, .. trailer];
            switch (random.Next(Kinds))
            {
                case 0 or 1:
                    return whole;
                case 2:
                    whole[head.Length + random.Next(Body)] ^= (byte)(1 << random.Next(8));
                    return whole;
                case 3:
                    whole[^KvWire.TrailerBytes] = 1;
                    return whole;
                case 4:
                    KvWire.WriteResponse(head, KvWire.LeaseEnded, 0, 0);
                    return head;
                case 5:
                    return whole[..random.Next(whole.Length)];
                case 6:
                    KvWire.WriteResponse(head, KvWire.Ok, random.Next(1, int.MaxValue), Body);
                    return [.. head, .. body, .. trailer];
                case 7:
                    KvWire.WriteResponse(head, KvWire.Ok, 0, random.Next(int.MinValue, Body));
                    return [.. head, .. body, .. trailer];
                case 8:
                    KvWire.WriteResponse(head, KvWire.Ok, 0, random.Next(Body + 1, int.MaxValue));
                    return [.. head, .. body, .. trailer];
                case 9:
                    KvWire.WriteResponse(head, (uint)random.Next(2, int.MaxValue), 0, 0);
                    return head;
                case 10:
                    whole[random.Next(4)] ^= (byte)(1 << random.Next(8));
                    return whole;
                default:
                    return [];
            }
        }
    }
}
