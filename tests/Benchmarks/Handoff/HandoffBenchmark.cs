using System.Diagnostics;
using System.Net.Sockets;
using Baton.Silo.Handoff;
using Baton.Testing;

namespace Baton.Benchmarks.Handoff;

/// <summary>The KV handoff between two processes beside raw sockets and memory, each in turn with the others.</summary>
internal sealed class HandoffBenchmark(int repetitions, int megabytes)
{
    private const int ChunkBlocks = (16 << 20) / RingEngineSource.BlockBytes;
    private const int HandoffBlocks = 4 * ChunkBlocks;
    private const int HandoffsAtOnce = 2;
    private const int Latencies = 2000;
    private const int Overlaps = 9;
    private const int OverlapChunks = 32;

    // How the kernel spreads the threads of two processes over the cores lasts as long as they do, and decides as much as
    // the code: one pair would show one throw of the dice.
    private const int PairsOfAPlane = 3;

    private static readonly TimeSpan _warmUp = TimeSpan.FromSeconds(20);
    private static readonly Chunking AtOnce = new(ChunkBlocks, TimeSpan.Zero);

    private readonly Rate _rawTcp = new();
    private readonly Rate _rawUnix = new();
    private readonly Rate _copy = new();
    private readonly Dictionary<KvPlaneMode, Rate> _stream = [];
    private readonly Samples _firstChunk = new();
    private readonly Samples _callIdle = new();
    private readonly Samples _callLoaded = new();
    private readonly Samples _exposed = new();

    public async Task<Dictionary<string, double>> RunAsync()
    {
        foreach (var plane in new[] { KvPlaneMode.Tcp, KvPlaneMode.Uds, KvPlaneMode.Shm })
        {
            _stream[plane] = new Rate();
            for (var pair = 0; pair < PairsOfAPlane; pair++)
            {
                await RunAsync(plane);
            }
        }

        return Results();
    }

    private async Task RunAsync(KvPlaneMode plane)
    {
        await Console.Error.WriteLineAsync($"{plane}: starting two processes");
        await using var pair = await Pair.StartAsync(plane);
        await WarmUpAsync(pair);
        await ThroughputAsync(pair, _stream[plane]);
        if (plane == KvPlaneMode.Tcp)
        {
            await Console.Error.WriteLineAsync($"{plane}: calls");
            await CallsAsync(pair, _callIdle, () => false);
            await CallsUnderLoadAsync(pair);
            await OverlapAsync(pair);
        }

        if (plane == KvPlaneMode.Shm)
        {
            await Console.Error.WriteLineAsync($"{plane}: first chunks");
            await FirstChunksAsync(pair);
        }
    }

    /// <summary>Until the compiler has nothing left to improve.</summary>
    private static async Task WarmUpAsync(Pair pair)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < _warmUp)
        {
            for (var i = 0; i < 100; i++)
            {
                await pair.HandOverAsync(1, new Chunking(1, TimeSpan.Zero));
            }

            await StreamAsync(pair, 1L << 30);
        }
    }

    private async Task ThroughputAsync(Pair pair, Rate stream)
    {
        using var tcp = RawTransfer.Connect(pair.RawTcp);
        using var unix = RawTransfer.Connect(pair.RawUnix);
        using Ring ring = new(), source = new();
        var bytes = (long)megabytes << 20;
        var messages = (int)(bytes / RawTransfer.MessageBytes);
        RawTransfer.Fetch(tcp, ring, messages);
        RawTransfer.Fetch(unix, ring, messages);
        var each = (repetitions + PairsOfAPlane - 1) / PairsOfAPlane;
        for (var i = 0; i < each; i++)
        {
            await Console.Error.WriteLineAsync($"repetition {i + 1} of {each}");
            await _rawTcp.MeasureAsync(pair, bytes, () => FetchAsync(tcp, ring, messages));
            await stream.MeasureAsync(pair, bytes, () => StreamAsync(pair, bytes));
            await _rawUnix.MeasureAsync(pair, bytes, () => FetchAsync(unix, ring, messages));
            await _copy.MeasureAsync(pair, bytes, () => CopyAsync(source, ring, messages));
        }
    }

    private static Task FetchAsync(Socket socket, Ring ring, int messages) =>
        Task.Run(() => RawTransfer.Fetch(socket, ring, messages));

    private static Task CopyAsync(Ring source, Ring destination, int messages) => Task.Run(() =>
    {
        for (; messages > 0; messages--)
        {
            source.Next().CopyTo(destination.Next());
        }
    });

    private static async Task StreamAsync(Pair pair, long bytes)
    {
        var left = bytes / (HandoffBlocks * RingEngineSource.BlockBytes);
        await Task.WhenAll(Enumerable.Range(0, HandoffsAtOnce).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await pair.HandOverAsync(HandoffBlocks, AtOnce);
            }
        }));
    }

    private static async Task CallsAsync(Pair pair, Samples milliseconds, Func<bool> stop)
    {
        for (var i = 0; i < Latencies && !stop(); i++)
        {
            var start = Stopwatch.GetTimestamp();
            await pair.CallAsync();
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
    }

    private async Task CallsUnderLoadAsync(Pair pair)
    {
        var load = StreamAsync(pair, (long)megabytes << 22);
        await CallsAsync(pair, _callLoaded, () => load.IsCompleted);
        await load;
    }

    private async Task FirstChunksAsync(Pair pair)
    {
        for (var i = 0; i < Latencies; i++)
        {
            var arrival = await pair.HandOverAsync(1, new Chunking(1, TimeSpan.Zero));
            _firstChunk.Add(arrival.Whole.TotalMilliseconds);
        }
    }

    /// <summary>Exposed: what is left after the last chunk was computed, of the time that the transfer takes alone.</summary>
    private async Task OverlapAsync(Pair pair)
    {
        const int chunkBlocks = 16;
        for (var i = 0; i < Overlaps; i++)
        {
            var alone = await pair.HandOverAsync(
                OverlapChunks * chunkBlocks, new Chunking(chunkBlocks, TimeSpan.Zero));
            var overlapped = await pair.HandOverAsync(
                OverlapChunks * chunkBlocks, new Chunking(chunkBlocks, TimeSpan.FromMilliseconds(10)));
            _exposed.Add(overlapped.Exposed / alone.Whole);
        }
    }

    private Dictionary<string, double> Results() => new()
    {
        ["rawTcpMBps"] = _rawTcp.MBps,
        ["rawUdsMBps"] = _rawUnix.MBps,
        ["memcpyMBps"] = _copy.MBps,
        ["streamTcpMBps"] = _stream[KvPlaneMode.Tcp].MBps,
        ["streamUdsMBps"] = _stream[KvPlaneMode.Uds].MBps,
        ["streamShmMBps"] = _stream[KvPlaneMode.Shm].MBps,
        ["tcpRatio"] = _stream[KvPlaneMode.Tcp].MBps / _rawTcp.MBps,
        ["udsRatio"] = _stream[KvPlaneMode.Uds].MBps / _rawTcp.MBps,
        ["shmRatio"] = _stream[KvPlaneMode.Shm].MBps / _rawTcp.MBps,
        ["shmToMemcpy"] = _stream[KvPlaneMode.Shm].MBps / _copy.MBps,
        ["firstChunkMsP50"] = _firstChunk.Percentile(50),
        ["firstChunkMsP99"] = _firstChunk.Percentile(99),
        ["exposedShare"] = _exposed.Median,
        ["callP99MsIdle"] = _callIdle.Percentile(99),
        ["callP99MsLoaded"] = _callLoaded.Percentile(99),
        ["cpuSecondsPerGB"] = _stream[KvPlaneMode.Tcp].CpuSecondsPerGB,
        ["rawTcpCpuSecondsPerGB"] = _rawTcp.CpuSecondsPerGB,
        ["udsCpuSecondsPerGB"] = _stream[KvPlaneMode.Uds].CpuSecondsPerGB,
        ["shmCpuSecondsPerGB"] = _stream[KvPlaneMode.Shm].CpuSecondsPerGB,
    };
}
