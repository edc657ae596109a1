using Baton.Core.Planning.Forecasts;

namespace Baton.Core.Tests.Planning;

public sealed class ForecastTests
{
    [Fact]
    public void Forecast_Steady_TheAverage()
    {
        var random = new Random(3);
        BestForecast best = All(3);
        for (int i = 0; i < 200; i++)
            best.Add(20 + (10 * (random.NextDouble() - 0.5)));
        Assert.Contains("average", best.Forecast().By, StringComparison.Ordinal);
        Assert.Equal(20, best.Forecast().Value, 2.5);
    }

    [Fact]
    public void Forecast_Ramp_TheTrend()
    {
        BestForecast best = All(3);
        for (int i = 0; i < 200; i++)
            best.Add(i);
        Assert.Equal("damped trend", best.Forecast().By);
        Assert.InRange(best.Forecast().Value, 199, 203);
    }

    [Fact]
    public void Forecast_Waves_TheSeasons()
    {
        BestForecast best = All(6);
        int i = 0;
        for (; i < 1000; i++)
            best.Add(Wave(i));
        Assert.StartsWith("seasons", best.Forecast().By, StringComparison.Ordinal);
        Assert.Equal(Wave(i + 5), best.Forecast().Value, 0.5);

        static double Wave(int at) => 50 + (40 * Math.Sin(at * 2 * Math.PI / 48));
    }

    [Fact]
    public void Forecast_Nothing_Zero() => Assert.Equal(0, All(3).Forecast().Value);

    [Fact]
    public void LookAhead_Farther_JudgesOnlyWhatWasForeseenForThatDistance()
    {
        BestForecast best = All(1);
        for (int i = 0; i < 20; i++)
            best.Add(i);
        best.LookAhead(4);
        for (int i = 20; i < 200; i++)
            best.Add(i);
        Assert.StartsWith("damped", best.Forecast().By, StringComparison.Ordinal);
        Assert.InRange(best.Forecast().Value, 199.1, 204);
    }

    private static BestForecast All(int ahead)
    {
        var best = new BestForecast(
            new MovingAverage(12), new LastValue(), new DampedTrend(0.3, 0.1, 0.9), new Seasonal(48, 0.05, 0.2));
        best.LookAhead(ahead);
        return best;
    }
}
