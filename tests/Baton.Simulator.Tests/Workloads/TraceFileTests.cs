using System.IO.Compression;
using System.Text;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Workloads;

public sealed class TraceFileTests
{
    private const string Azure =
        "TIMESTAMP,ContextTokens,GeneratedTokens\r\n2023-11-16 18:15:46.6805900,374,44\r\n2023-11-16 18:15:50.9951690,396,109";

    private const string Mooncake =
        """
        {"timestamp": 27482, "input_length": 6955, "output_length": 52, "hash_ids": [46, 47]}
        {"timestamp": 30535, "input_length": 6472, "output_length": 26, "hash_ids": [46, 48]}
        """;

    [Fact]
    public void Read_Azure_LengthsAndTimesFromTheFirst()
    {
        IReadOnlyList<Arrival> arrivals = TraceFile.Read(new StringReader(Azure));
        Assert.Equal([374, 396], arrivals.Select(a => a.PromptTokens));
        Assert.Equal([44, 109], arrivals.Select(a => a.OutputTokens));
        Assert.Equal(4.314579, arrivals[1].At.TotalSeconds, 1e-6);
    }

    [Fact]
    public void Read_Mooncake_SpreadsWithinATickBySeed()
    {
        IReadOnlyList<Arrival> arrivals = TraceFile.Read(new StringReader(Mooncake), seed: 1);
        Assert.Equal([46, 47], arrivals[0].Prefix!);
        Assert.InRange(arrivals[1].At.TotalSeconds, 0.053, 6.053);
        Assert.Equal(arrivals[1].At, TraceFile.Read(new StringReader(Mooncake), seed: 1)[1].At);
        Assert.NotEqual(arrivals[1].At, TraceFile.Read(new StringReader(Mooncake), seed: 2)[1].At);
    }

    [Fact]
    public void Read_Gzip_IsDetected()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var zip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            zip.Write(Encoding.UTF8.GetBytes(Azure));
        Assert.Equal(2, TraceFile.Read(path).Count);
        File.Delete(path);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a,b,c\n1,2,3")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\nyesterday,1,2")]
    [InlineData("TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,0,2")]
    [InlineData("{\"timestamp\": 1}")]
    [InlineData("{\"timestamp\": 1, \"input_length\": -5, \"output_length\": 2}")]
    [InlineData("{")]
    public void Read_NoTrace_SaysWhy(string text) =>
        Assert.Throws<InvalidDataException>(() => TraceFile.Read(new StringReader(text)));

    [Fact]
    public void Read_NoFile_SaysWhy() => Assert.Throws<InvalidDataException>(() => TraceFile.Read("there/is/none"));

    [Fact]
    public void Window_CutsCopiesAndSpeedsUp()
    {
        Arrival[] trace = [.. Enumerable.Range(0, 100).Select(i => new Arrival(TimeSpan.FromSeconds(i), 10, 10, [i]))];
        var window = new TraceWindow
        {
            From = TimeSpan.FromSeconds(20),
            To = TimeSpan.FromSeconds(40),
            Speedup = 2,
            Copies = 3,
        };
        IReadOnlyList<Arrival> part = window.Of(trace);
        Assert.Equal(60, part.Count);
        Assert.Equal(60, part.Select(a => a.Prefix![0]).Distinct().Count());
        Assert.True(part[^1].At <= TimeSpan.FromSeconds(15));
        Assert.Equal(part.OrderBy(a => a.At), part);
    }
}
