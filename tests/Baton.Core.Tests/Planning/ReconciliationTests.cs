using Baton.Core.Planning;

namespace Baton.Core.Tests.Planning;

public sealed class ReconciliationTests
{
    private static readonly PlannerOptions Wide = new() { Min = new(1, 1), Max = new(100, 100) };

    [Theory]
    [InlineData(3, 5, 1, 1, 8, 3, 5)]
    [InlineData(6, 6, 1, 1, 8, 4, 4)]
    [InlineData(10, 1, 1, 1, 8, 7, 1)]
    [InlineData(1, 10, 1, 1, 8, 1, 7)]
    [InlineData(4, 4, 2, 4, 16, 2, 3)]
    public void Of_OverTheBudget_BothGiveWay(
        int prefill, int decode, int gpusPrefill, int gpusDecode, int budget, int leftPrefill, int leftDecode)
    {
        var (counts, _) = Reconciliation.Of(
            new(prefill, decode), new(gpusPrefill, gpusDecode), Wide with { Budget = budget });
        Assert.Equal(new PhaseCounts(leftPrefill, leftDecode), counts);
    }

    [Fact]
    public void Of_AnyWish_WithinBoundsAndBudget()
    {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++)
        {
            var gpus = new PhaseCounts(random.Next(1, 5), random.Next(1, 5));
            PlannerOptions options = Wide with { Min = new(random.Next(3), random.Next(3)), Budget = random.Next(1, 60) };
            var (counts, why) = Reconciliation.Of(new(random.Next(40), random.Next(40)), gpus, options);
            Assert.InRange(counts.Prefill, options.Min.Prefill, options.Max.Prefill);
            Assert.InRange(counts.Decode, options.Min.Decode, options.Max.Decode);
            Assert.True(counts.Prefill * gpus.Prefill + counts.Decode * gpus.Decode <= options.Budget
                || why!.Contains("does not pay", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Of_OutOfRatio_TheShortPhaseGrows()
    {
        PlannerOptions options = Wide with { DecodePerPrefill = (1, 3) };
        Assert.Equal(new PhaseCounts(4, 4), Reconciliation.Of(new(4, 1), new(1, 1), options).Counts);
        Assert.Equal(new PhaseCounts(3, 9), Reconciliation.Of(new(1, 9), new(1, 1), options).Counts);
        Assert.Equal(new PhaseCounts(2, 5), Reconciliation.Of(new(2, 5), new(1, 1), options).Counts);
    }
}
