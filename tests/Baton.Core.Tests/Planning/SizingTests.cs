using Baton.Core.Planning;

namespace Baton.Core.Tests.Planning;

public sealed class SizingTests
{
    private static readonly TimeSpan Ttft = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Tpot = TimeSpan.FromMilliseconds(40);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(10, 1)]
    [InlineData(40, 3)]
    public void Prefill_DistServeExample_KeepsTheQueueShort(double rate, int workers) =>
        Assert.Equal(workers, Prefill(Observations.Forecast(rate, 512, 64)));

    [Fact]
    public void Prefill_MoreOfAnything_NeverFewer()
    {
        int last = 0;
        for (double rate = 1; rate < 200; rate *= 1.3)
        {
            int workers = Prefill(Observations.Forecast(rate, 512, 64));
            Assert.True(workers >= last);
            last = workers;
            Assert.True(Prefill(Observations.Forecast(rate, 1024, 64)) >= workers);
            Assert.True(Prefill(Observations.Forecast(rate, 512, 64, cached: 0.5)) <= workers);
        }
    }

    [Fact]
    public void Prefill_TargetOutOfReach_AsManyAsKeepUp()
    {
        var (workers, why) = PrefillSizing.Workers(
            Observations.Forecast(4, 8000, 64), Observations.Profile, 2048, TimeSpan.FromMilliseconds(50), 0.9);
        Assert.True(workers >= 4 * PrefillSizing.WorkMs(Observations.Forecast(4, 8000, 64), Observations.Profile, 2048) / 1000);
        Assert.Contains("out of reach", why, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_BurstyOrUnsure_NeedMore()
    {
        TrafficForecast even = Observations.Forecast(40, 512, 200);
        Assert.True(Prefill(even with { Burstiness = 8 }) > Prefill(even));
        Assert.True(Prefill(even with { Error = 10 }) > Prefill(even));
        Assert.True(Decode(even with { Burstiness = 20 }) > Decode(even));
    }

    [Fact]
    public void PromptTime_QueueOfEqualPrompts_IsTheirSum()
    {
        double one = PromptTime.Ms(Observations.Profile, 2048, 0, 2048);
        Assert.Equal(10 * one, PromptTime.QueueMs(Observations.Profile, 20_480, squaresPerToken: 2048, 2048), 0.01);
        Assert.True(PromptTime.Ms(Observations.Profile, 20_480, 0, 2048) > 11 * one);
    }

    [Fact]
    public void Decode_OutputsTwiceAsLong_AboutTwiceTheWorkers()
    {
        int few = Decode(Observations.Forecast(40, 512, 200));
        int many = Decode(Observations.Forecast(40, 512, 400));
        Assert.InRange(many, few * 1.5, few * 3);
    }

    [Fact]
    public void Decode_CachedPrompts_NeedNoFewer() => Assert.Equal(
        Decode(Observations.Forecast(40, 512, 200)), Decode(Observations.Forecast(40, 512, 200, cached: 0.9)));

    [Fact]
    public void LargestBatch_KeepsToTheTargetAndThePool()
    {
        int batch = DecodeSizing.LargestBatch(Observations.Profile, 576, 66_144, 512, Tpot);
        Assert.True(Observations.Profile.StepMs(Costs(batch), 66_144) <= 40);
        Assert.True(batch == 66_144 / 576 || Observations.Profile.StepMs(Costs(batch + 1), 66_144) > 40);
        Assert.Equal(1, DecodeSizing.LargestBatch(Observations.Profile, 576, 66_144, 512, TimeSpan.FromMilliseconds(1)));
        Assert.Equal(2, DecodeSizing.LargestBatch(Observations.Profile, 30_000, 66_144, 512, TimeSpan.FromSeconds(1)));

        static Core.Costs.StepWork Costs(int n) => Core.Costs.StepWork.Decode(n, n * 576L);
    }

    private static int Prefill(TrafficForecast forecast) =>
        PrefillSizing.Workers(forecast, Observations.Profile, 2048, Ttft, 0.9).Workers;

    private static int Decode(TrafficForecast forecast) =>
        DecodeSizing.Workers(forecast, Observations.Profile, 66_144, 512, Tpot).Workers;
}
