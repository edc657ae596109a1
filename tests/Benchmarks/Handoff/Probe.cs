using System.Diagnostics;
using Baton.Silo.Handoff;
namespace Baton.Benchmarks.Handoff;
internal static class Probe
{
    public static async Task RunAsync(string plane)
    {
        await using var pair = await Pair.StartAsync(Enum.Parse<KvPlaneMode>(plane));
        foreach (var (n, blocks, chunk, par) in new[] { (3000, 1, 1, 1), (3000, 1, 1, 1), (3000, 1, 1, 8), (1000, 16, 1, 1), (400, 64, 64, 3), (200, 256, 64, 3), (200, 256, 64, 3), (200, 256, 64, 2), (200, 512, 128, 2), (200,1024,128,1) })
        {
            var cpu = pair.ProcessorTime; var own = Process.GetCurrentProcess().TotalProcessorTime; var t = Stopwatch.GetTimestamp(); var left = n; var g0 = GC.GetTotalAllocatedBytes();
            await Task.WhenAll(Enumerable.Range(0, par).Select(async _ => { while (Interlocked.Decrement(ref left) >= 0) await pair.HandOverAsync(blocks, new Chunking(chunk, TimeSpan.Zero)); }));
            var s = Stopwatch.GetElapsedTime(t).TotalSeconds; var mb = (double)n * blocks * 65536 / 1e6;
            Console.WriteLine($"{n} x {blocks} blocks / {chunk} par {par}: {s / n * 1e3:F3} ms each, cpu {(pair.ProcessorTime - cpu).TotalMilliseconds / n:F3} ms each (own {(Process.GetCurrentProcess().TotalProcessorTime - own).TotalMilliseconds / n:F3}), {mb / s:F0} MB/s, cpu {(pair.ProcessorTime - cpu).TotalSeconds / mb * 1e3:F3} s/GB alloc {(GC.GetTotalAllocatedBytes()-g0)/n/1024} KB each");
        }
    }
}
