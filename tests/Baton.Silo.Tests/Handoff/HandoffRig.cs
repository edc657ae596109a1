using System.Collections.Concurrent;
using System.Security.Cryptography;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Silo.Tests.Handoff;

/// <summary>A prefill and a decode worker's halves of the handoff, joined by delegates that a test can bend.</summary>
internal sealed class HandoffRig : IAsyncDisposable
{
    /// <summary>Named for the silo that <see cref="Streams.KvStreamTests"/> gives its sink.</summary>
    public const string DecodeWorker = "decode-Silo_1";

    public const string Secret = "a secret";
    public const int Pool = 96;
    public static readonly KvLayout Layout = new(16, 64, "layout", Layers: 4);

    private readonly ConcurrentDictionary<SequenceKey, TaskCompletionSource<HandoffEnd>> _released = [];
    private readonly ConcurrentDictionary<SequenceKey, TaskCompletionSource<string>> _arrived = [];

    public HandoffRig(KvPlaneMode mode = KvPlaneMode.Tcp, KvExporterOptions? exporter = null, KvLayout? layout = null,
        bool isShared = true, string secret = Secret, KvServerOptions? server = null)
    {
        layout ??= Layout;
        SocketPath = Path.Combine(Path.GetTempPath(), $"baton-test-{Guid.NewGuid():n}.sock");
        Time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        Leases = new KvLeaseTable();
        Server = KvServer.Start(
            server ?? new KvServerOptions
            {
                ClusterSecret = Secret,
                SocketPath = mode == KvPlaneMode.Uds ? SocketPath : "",
            },
            Leases, TimeProvider.System, NullLogger<KvServer>.Instance);
        var bytes = (long)Pool * layout.BlockBytes;
        Source = isShared ? SharedKvMemory.Create(SharedDirectory, "prefill-0", bytes) : new PrivateKvMemory(bytes);
        Destination = new PrivateKvMemory(bytes);
        Random = new Random(1);
        // Any bytes will do, and the seeded generator takes seconds for a large pool.
        RandomNumberGenerator.Fill(Bytes(Source));
        SourcePool = new KvPool(Source, layout,
            new KvLocation(new WorkerId("prefill-0", 1), "host", KvMemory.SharedPath(Source), Server.Endpoint));
        Exporter = new KvExporter(SourcePool, Leases, exporter ?? new KvExporterOptions(),
            new KvExporterEvents(PublishEach, OnRelease), Time, NullLogger<KvExporter>.Instance);
        Planes = new KvPlanes(
            new KvPlaneOptions { Mode = mode, HostId = "host", ClusterSecret = secret }, Time);
        Importer = new KvImporter(
            new KvPool(Destination, layout, new KvLocation(new WorkerId(DecodeWorker, 1), "host", "", "")),
            Planes, new KvImporterOptions(),
            new KvImporterEvents
            {
                Acknowledge = (w, a) => Acknowledge!(w, a),
                Landed = (k, first, _, plane) => Arrive(k, $"landed {first.Token} {plane}"),
                Failed = (k, reason) => Arrive(k, reason),
            },
            Time, NullLogger<KvImporter>.Instance);
        Publish = (_, d, _) =>
        {
            Importer.Enqueue(d);
            return ValueTask.CompletedTask;
        };
        Acknowledge = (_, acks) =>
        {
            foreach (var ack in acks)
                Exporter.Acknowledge(ack);
            return ValueTask.CompletedTask;
        };
    }

    private async ValueTask PublishEach(string worker, KvDescriptor[] descriptors, CancellationToken cancellationToken)
    {
        foreach (var descriptor in descriptors)
            await Publish!(worker, descriptor, cancellationToken);
    }

    public static string SharedDirectory => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public string SocketPath { get; }

    public FakeTimeProvider Time { get; }

    public KvLeaseTable Leases { get; }

    public KvServer Server { get; }

    public IKvMemory Source { get; }

    public IKvMemory Destination { get; }

    public KvPool SourcePool { get; }

    public Random Random { get; }

    public KvExporter Exporter { get; }

    public KvPlanes Planes { get; }

    public KvImporter Importer { get; }

    /// <summary>How often a sequence's blocks were released: never more than once.</summary>
    public ConcurrentDictionary<SequenceKey, int> Releases { get; } = [];

    public Func<string, KvDescriptor, CancellationToken, ValueTask> Publish { get; set; }

    public Func<WorkerId, KvAck[], ValueTask> Acknowledge { get; set; }

    public static unsafe Span<byte> Bytes(IKvMemory memory) => new((void*)memory.Address, (int)memory.Bytes);

    /// <summary>What a producer sends behind a body.</summary>
    public static ulong Checksum(ReadOnlySpan<byte> body, int blockBytes)
    {
        var checksum = new KvChecksum();
        checksum.Append(body, blockBytes);
        return checksum.Value;
    }

    public static SequenceKey Key(int i) => new($"request-{i}", 0, 1);

    public static HandoffTarget Target(int cachedTokens = 0) =>
        new(new WorkerId(DecodeWorker, 1), "host", cachedTokens);

    public static KvProduced Produced(
        SequenceKey key, int[] blocks, int firstBlock = 0, bool isLast = true, LayerRange? layers = null) =>
        new(key, firstBlock, blocks, layers ?? Layout.AllLayers, isLast, new SampledToken(7, float.NaN, null), null);

    /// <summary>Ids of the pool in any order, so that blocks lie scattered.</summary>
    public int[] Shuffled()
    {
        var ids = Enumerable.Range(0, Pool).ToArray();
        Random.Shuffle(ids);
        return ids;
    }

    public Task<HandoffEnd> Released(SequenceKey key) => Wait(_released.GetOrAdd(key, _ => New<HandoffEnd>()).Task);

    public Task<string> Arrived(SequenceKey key) => Wait(_arrived.GetOrAdd(key, _ => New<string>()).Task);

    public bool HasEnded(SequenceKey key) => Releases.ContainsKey(key);

    public bool LandedAt(SequenceKey key) =>
        _arrived.TryGetValue(key, out var end) && end.Task.IsCompletedSuccessfully
        && end.Task.Result.StartsWith("landed", StringComparison.Ordinal);

    public void AssertCopied(int[] from, int[] to)
    {
        var size = SourcePool.Layout.BlockBytes;
        for (var i = 0; i < from.Length; i++)
        {
            var expected = Bytes(Source).Slice(from[i] * size, size);
            Assert.True(expected.SequenceEqual(Bytes(Destination).Slice(to[i] * size, size)), $"block {i}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Importer.DisposeAsync();
        await Planes.DisposeAsync();
        await Exporter.DisposeAsync();
        await Server.DisposeAsync();
        Source.Dispose();
        Destination.Dispose();
    }

    public static Task<T> Wait<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(20));

    private static TaskCompletionSource<T> New<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void OnRelease(SequenceKey key, HandoffEnd end)
    {
        Releases.AddOrUpdate(key, 1, (_, n) => n + 1);
        _released.GetOrAdd(key, _ => New<HandoffEnd>()).TrySetResult(end);
    }

    private void Arrive(SequenceKey key, string what)
    {
        if (!_arrived.GetOrAdd(key, _ => New<string>()).TrySetResult(what))
            throw new InvalidOperationException($"{key} ended twice: {what}");
    }
}
