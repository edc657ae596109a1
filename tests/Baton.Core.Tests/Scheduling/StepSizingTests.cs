using Baton.Core.Costs;
using Baton.Core.Scheduling;
using CsCheck;

namespace Baton.Core.Tests.Scheduling;

public sealed class StepSizingTests
{
    private static readonly WorkerProfile Opt13B = PublishedProfiles.Find("opt-13b")!;

    [Fact]
    public void PackTokens_AnyProfile_IsTheFewestThatSaturate() =>
        Gen.Select(Sizings.Profiles, Gen.Int[1, 600]).Sample((profile, budget) =>
        {
            int pack = Make(profile, budget).PackTokens;
            double[] rates = [.. Enumerable.Range(1, budget).Select(n => n / Ms(profile, n))];
            if (rates.Any(double.IsInfinity))
            {
                Assert.Equal(budget, pack);
                return;
            }

            double enough = rates.Max() * 0.95;
            int least = Math.Min(Sizings.BlockTokens, budget);
            Assert.InRange(pack, least, budget);
            Assert.True(pack == budget || rates[pack - 1] >= enough);
            Assert.All(Enumerable.Range(least, pack - least), n => Assert.True(rates[n - 1] < enough));
        });

    // By hand: 21.1 ms and 0.102 ms a token; 2048 tokens at 8.9 a millisecond, 95 % of which come at 1302.
    [Theory]
    [InlineData(0, 1, 16)]
    [InlineData(0, 0, 2048)]
    [InlineData(21.10254647, 0.1020119, 1302)]
    public void PackTokens_KnownCosts_AsByHand(double constant, double linear, int tokens)
    {
        var profile = new WorkerProfile { Name = "x", PrefillConstant = constant, PrefillLinear = linear };
        Assert.Equal(tokens, Make(profile, 2048).PackTokens);
    }

    [Fact]
    public void Pack_MoreWaitsThanAStepHolds_FullSteps()
    {
        StepSizing sizing = Make(Opt13B, 2048);
        Assert.Equal(sizing.PackTokens, sizing.Pack(2048));
        Assert.Equal(2048, sizing.Pack(2049));
    }

    [Fact]
    public void Chunk_BesideDecodes_KeepsToTheLongestStepOrIsABlock() =>
        Gen.Select(Sizings.Profiles, Sizings.Targets, Steps, Gen.Int[0, 500], Gen.Int[1, 500]).Sample((profile, longest, step, first, most) =>
        {
            StepSizing sizing = Make(profile, 512, longest: longest);
            int pack = sizing.Pack(0);
            int chunk = sizing.Chunk(step, first, most, pack);
            int floor = step.PrefillTokens == 0 ? Math.Min(Sizings.BlockTokens, most) : 0;
            Assert.InRange(chunk, floor, most);
            bool isPacked = step.PrefillTokens == 0 || step.PrefillTokens + chunk <= Math.Max(pack, step.PrefillTokens);
            Assert.True(isPacked);
            if (step.Decodes > 0 && longest is { } limit && chunk > floor)
                Assert.True(profile.StepMs(step.With(first, chunk), Sizings.KvTokens) <= limit.TotalMilliseconds);

            // As much as that allows: with one token more it is over one of its bounds.
            bool isFull = chunk == most || (step.PrefillTokens > 0 && step.PrefillTokens + chunk >= pack);
            bool isLong = step.Decodes > 0 && longest is { } bound
                && profile.StepMs(step.With(first, chunk + 1), Sizings.KvTokens) > bound.TotalMilliseconds;
            Assert.True(isFull || isLong);
        });

    [Fact]
    public void LargestBatch_AnyProfile_IsTheLargestThatKeepsToTheTarget() =>
        Gen.Select(Sizings.Profiles, Sizings.Targets, Gen.Int[0, 40], Gen.Int[1, 200], Gen.Int[1, 40]).Sample(
            (profile, target, sequences, context, most) =>
            {
                int batch = Make(profile, 512, target: target).LargestBatch(sequences, (long)sequences * context, most);
                bool IsMet(int n) => profile.StepMs(StepWork.Decode(n, n * context), Sizings.KvTokens) <= target!.Value.TotalMilliseconds;
                Assert.InRange(batch, 1, most);
                if (target is null || sequences == 0 || !IsMet(1))
                    Assert.Equal(most, batch);
                else
                    Assert.Equal(Enumerable.Range(1, most).Last(IsMet), batch);
            });

    [Fact]
    public void Current_CostsAboutTheSame_IsTheSame()
    {
        var costs = new CostCorrection(Opt13B, Sizings.KvTokens);
        var sizer = new StepSizer(costs, SchedulerWorld.Layout, Sizings.KvTokens, Options(512));
        StepSizing first = sizer.Current;
        StepWork work = StepWork.Prompt(300);
        costs.Add(work, TimeSpan.FromMilliseconds(Opt13B.PrefillMs(work) * 1.2));
        Assert.Same(first, sizer.Current);
        for (int i = 0; i < 100; i++)
            costs.Add(work, TimeSpan.FromMilliseconds(Opt13B.PrefillMs(work) * 1.2));
        StepSizing second = sizer.Current;
        Assert.NotSame(first, second);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(ReferenceEquals(second, sizer.Current));
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static readonly Gen<StepWork> Steps =
        Gen.Select(Gen.Int[0, 6], Gen.Int[0, 300], Gen.OneOf(Gen.Const(0), Gen.Int[0, 600])).Select((decodes, context, prompt) =>
            StepWork.Decode(decodes, (long)decodes * context).With(0, prompt));

    private static StepSizing Make(WorkerProfile profile, int budget, TimeSpan? target = null, TimeSpan? longest = null) =>
        new(profile, Sizings.BlockTokens, Sizings.KvTokens, Options(budget) with { TokenTarget = target, LongestStep = longest });

    private static SchedulerOptions Options(int budget) => new() { StepTokenBudget = budget, MaxSequences = 1 };

    // Prompts that are short: what packing saves does not depend on how long they are.
    private static double Ms(WorkerProfile profile, int tokens) => profile.PrefillMs(new StepWork(tokens, 0, 0, 0, tokens));
}
