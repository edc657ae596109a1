using Baton.Core.Costs;

namespace Baton.Core.Tests.Costs;

public sealed class CostFitTests
{
    private static readonly WorkerProfile Truth = PublishedProfiles.Find("opt-13b")! with { DecodeLarge = null };

    private static readonly WorkerProfile Blank = new() { Name = "blank" };

    [Fact]
    public void Fit_NoisyStepsWithOutliers_FindsTheCosts()
    {
        var random = new Random(5);
        StepSample[] samples = [.. Enumerable.Range(0, 2000).Select(i => Sample(random, i % 20 == 0 ? 5 : 1))];
        FittedProfile fitted = CostFit.Fit(Blank, samples);
        Assert.Equal(Truth.PrefillLinear, fitted.Profile.PrefillLinear, Truth.PrefillLinear * 0.03);
        Assert.Equal(Truth.PrefillConstant, fitted.Profile.PrefillConstant, Truth.PrefillConstant * 0.1);
        Assert.Equal(Truth.DecodeConstant, fitted.Profile.DecodeConstant, Truth.DecodeConstant * 0.05);
        Assert.Equal(Truth.DecodePerToken, fitted.Profile.DecodePerToken, Truth.DecodePerToken * 0.1);
        Assert.InRange(fitted.PrefillError, 0, 0.05);
        foreach (long tokens in new[] { 64, 512, 2048 })
            Assert.Equal(Truth.PrefillMs(StepWork.Prompt(tokens)), fitted.Profile.PrefillMs(StepWork.Prompt(tokens)), Truth.PrefillMs(StepWork.Prompt(tokens)) * 0.05);
    }

    [Fact]
    public void Fit_OnlyPrefills_DecodeStaysAsItWas()
    {
        StepSample[] samples = [.. Enumerable.Range(1, 50).Select(i => new StepSample(StepWork.Prompt(i * 10), 3 + i))];
        FittedProfile fitted = CostFit.Fit(Blank with { DecodeConstant = 7 }, samples);
        Assert.Equal((50, 0), (fitted.PrefillSteps, fitted.DecodeSteps));
        Assert.Equal(7, fitted.Profile.DecodeConstant);
        Assert.Equal(0.1, fitted.Profile.PrefillLinear, 1e-6);
        Assert.Equal(3, fitted.Profile.PrefillConstant, 1e-4);
    }

    [Fact]
    public void Fit_TooFewOrAlwaysTheSame_NoNonsense()
    {
        Assert.Equal(Blank, CostFit.Fit(Blank, [new StepSample(StepWork.Prompt(5), 1)]).Profile);
        WorkerProfile same = CostFit.Fit(Blank, [.. Enumerable.Repeat(new StepSample(StepWork.Prompt(100), 9), 20)]).Profile;
        Assert.Equal(9, same.PrefillMs(StepWork.Prompt(100)), 0.01);
        Assert.True(same is { PrefillConstant: >= 0, PrefillLinear: >= 0, PrefillSquares: >= 0 });
    }

    [Fact]
    public void Correction_AWorkerTwiceAsSlow_IsLearnt()
    {
        var random = new Random(6);
        var correction = new CostCorrection(Truth, Truth.KvTokens);
        for (int i = 0; i < 2000; i++)
        {
            StepWork work = Work(random);
            double slow = (2 * Truth.PrefillMs(work)) + (0.5 * Truth.DecodeMs(work, 0));
            correction.Add(work, TimeSpan.FromMilliseconds(slow * (i % 50 == 0 ? 20 : 1)));
        }

        Assert.Equal(2, correction.Profile.PrefillLinear / Truth.PrefillLinear, 0.2);
        Assert.Equal(0.5, correction.Profile.DecodeConstant / Truth.DecodeConstant, 0.05);
    }

    private static StepSample Sample(Random random, double factor)
    {
        StepWork work = Work(random);
        return new StepSample(work, Truth.StepMs(work, 0) * factor * (0.95 + (random.NextDouble() * 0.1)));
    }

    private static StepWork Work(Random random)
    {
        int batch = random.Next(1, 64);
        return random.Next(2) == 0 ? StepWork.Prompt(random.Next(16, 2048)) : StepWork.Decode(batch, batch * random.Next(50, 1000));
    }
}
