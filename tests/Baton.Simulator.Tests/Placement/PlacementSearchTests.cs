using Baton.Simulator.Placement;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Tests.Placement;

public sealed class PlacementSearchTests
{
    private static readonly Goal Goal = new()
    {
        Slo = new SloTarget(TimeSpan.FromMilliseconds(400), TimeSpan.FromMilliseconds(40)),
    };

    private static readonly SyntheticWorkload DistServe = Clusters.Load(1, 1) with
    {
        Prompt = new Lengths.Fixed(512),
        Output = new Lengths.Fixed(64),
    };

    [Fact]
    public void Goodput_Cluster_IsServedAndLittleMoreIsNot()
    {
        double goodput = Search(Goal).Goodput(Clusters.Apart(2, 1));
        Assert.True(Attained(goodput) >= 0.9);
        Assert.True(Attained(goodput * 1.15) < 0.9);

        static double Attained(double rate) => Simulation.Run(
            Clusters.Apart(2, 1) with { Slo = Goal.Slo }, (DistServe with { Rate = rate, Requests = 400 }).Arrivals()).Attainment.Both;
    }

    [Fact]
    public void Goodput_OutOfReach_IsZero() => Assert.Equal(0, Search(
        Goal with { Slo = new SloTarget(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1)) }).Goodput(Clusters.Apart(1, 1)));

    // OSDI 2024, figure 1: two prefill workers feed one that decodes, and together they beat colocated ones.
    [Fact]
    public void Plan_DistServesExample_TwoPrefillForOneDecode()
    {
        PlacementPlan plan = new PlacementSearch(Search(Goal), DistServe, _ => { }).Plan([Clusters.Opt13B], gpus: 3);
        Assert.Equal((2, 1), (plan.Best.Prefill!.Count, plan.Best.Decode.Count));
        Assert.StartsWith("Disaggregation pays", plan.Verdict, StringComparison.Ordinal);
        Assert.Equal(plan.Deployments.OrderByDescending(d => d.GoodputPerGpu), plan.Deployments);
        (WorkerGroup prefill, WorkerGroup decode) = plan.For(100, [Clusters.Opt13B])!.Value;
        Assert.InRange(prefill.Count * plan.PrefillRates["opt-13b"], 100, 100 + plan.PrefillRates["opt-13b"]);
        Assert.InRange(decode.Count * plan.DecodeRates["opt-13b"], 100, 100 + plan.DecodeRates["opt-13b"]);
        Assert.True(plan.Best.PricePerMillionTokens < plan.BestColocated!.PricePerMillionTokens);
    }

    [Fact]
    public void Verdict_LooseTargets_SaysThatItDoesNotPay()
    {
        var loose = new Goal { Slo = new SloTarget(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1)) };
        PlacementPlan plan = new PlacementSearch(Search(loose), DistServe, _ => { }).Plan([Clusters.Opt13B], gpus: 2);
        Assert.DoesNotContain("Disaggregation pays", plan.Verdict, StringComparison.Ordinal);
    }

    private static GoodputSearch Search(Goal goal) => new(goal, DistServe) { LeastRequests = 400, RequestsPerWorker = 100 };
}
