using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Workloads;

public sealed class SyntheticWorkloadTests
{
    [Theory]
    [InlineData(0.25)]
    [InlineData(1)]
    [InlineData(4)]
    public void Arrivals_AnyBurstiness_HaveTheirRateAndVariation(double burstiness)
    {
        double[] at = [.. (Clusters.Load(5, 40_000) with { Burstiness = burstiness }).Arrivals().Select(a => a.At.TotalSeconds)];
        double[] gaps = [.. at.Zip(at.Skip(1), (a, b) => b - a)];
        double mean = gaps.Average();
        Assert.Equal(0.2, mean, 0.01);
        Assert.Equal(burstiness, gaps.Average(g => Math.Pow((g / mean) - 1, 2)), burstiness * 0.1);
    }

    [Fact]
    public void Lengths_OfATrace_AreDrawnTogether()
    {
        Arrival[] like = [new(default, 100, 1), new(default, 200, 2)];
        Arrival[] drawn = [.. (Clusters.Load(5, 500) with { LengthsOf = like }).Arrivals()];
        Assert.All(drawn, a => Assert.Equal(a.PromptTokens, a.OutputTokens * 100));
        Assert.InRange(drawn.Count(a => a.OutputTokens == 1), 200, 300);
    }

    [Theory]
    [InlineData("512", 512, 512)]
    [InlineData("100-300", 195, 205)]
    [InlineData("512~0.8", 490, 535)]
    public void Lengths_Text_HaveTheirMean(string text, double least, double most)
    {
        var chance = new Chance(1, Chance.Purpose.Lengths);
        Lengths lengths = Lengths.Parse(text)!;
        Assert.InRange(Enumerable.Range(0, 20_000).Average(_ => lengths.Draw(chance)), least, most);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("9-3")]
    [InlineData("5~0")]
    [InlineData("5~x")]
    [InlineData("1-2-3")]
    public void Lengths_OtherText_IsNone(string text) => Assert.Null(Lengths.Parse(text));
}
