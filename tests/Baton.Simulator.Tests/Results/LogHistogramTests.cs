using Baton.Simulator.Results;
using CsCheck;

namespace Baton.Simulator.Tests.Results;

public sealed class LogHistogramTests
{
    [Fact]
    public void Quantile_AnyValues_IsWithinAPercent() =>
        Gen.Select(Gen.Double[0.01, 1e5].Array[1, 200], Gen.Double[0.01, 1]).Sample((values, share) =>
        {
            var histogram = new LogHistogram();
            foreach (double value in values)
                histogram.Add(value);
            double exact = values.Order().ElementAt((int)Math.Ceiling(share * values.Length) - 1);
            Assert.InRange(histogram.Quantile(share), exact * 0.99, exact * 1.01);
        });

    [Fact]
    public void Quantile_Nothing_IsZero() => Assert.Equal(0, new LogHistogram().Quantile(0.5));
}
