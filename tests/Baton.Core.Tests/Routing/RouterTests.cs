using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Routing;
using CsCheck;

namespace Baton.Core.Tests.Routing;

public sealed class RouterTests
{
    private static readonly IReadOnlySet<string> None = new HashSet<string>();

    [Fact]
    public void Plan_SeparateProcesses_Disaggregates()
    {
        var plan = Router.Plan(Request(), [Prefill("p1"), Decode("d1")]);
        Assert.Equal("d1", plan.Decode!.Name);
        Assert.Equal("p1", plan.Prefill!.Name);
    }

    [Fact]
    public void Plan_AutoInOneProcess_DecodesWhereItPrefills()
    {
        WorkerSnapshot[] workers = [Prefill("p1") with { Silo = "s" }, Decode("d1") with { Silo = "s" }];
        Assert.Null(Router.Plan(Request(), workers).Prefill);
        Assert.NotNull(Router.Plan(Request(DisaggregationMode.Always), workers).Prefill);
    }

    [Fact]
    public void Plan_Never_UsesDecodeAlone() =>
        Assert.Null(Router.Plan(Request(DisaggregationMode.Never), [Prefill("p1"), Decode("d1")]).Prefill);

    [Fact]
    public void Plan_PhaseMissing_SaysWhich()
    {
        var noDecode = Router.Plan(Request(), [Prefill("p1")]);
        Assert.Equal(RouteRefusal.NoWorker, noDecode.Refusal);
        Assert.Contains("decode", noDecode.Reason, StringComparison.Ordinal);
        var noPrefill = Router.Plan(Request(DisaggregationMode.Always), [Decode("d1")]);
        Assert.Equal(RouteRefusal.NoWorker, noPrefill.Refusal);
        Assert.Contains("prefill", noPrefill.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Plan_OtherFingerprint_IsNoPair()
    {
        var plan = Router.Plan(Request(), [Prefill("p1") with { Fingerprint = "other" }, Decode("d1")]);
        Assert.Null(plan.Prefill);
    }

    [Fact]
    public void Plan_LargerThanEveryPool_IsRefusedForGood()
    {
        var plan = Router.Plan(Request() with { MaxTokens = 100_000 }, [Decode("d1"), Decode("d2")]);
        Assert.Equal(RouteRefusal.TooLarge, plan.Refusal);
    }

    [Fact]
    public void Plan_UnavailableWorkers_AreListedWithTheReason()
    {
        var plan = Router.Plan(Request(), [Decode("d1") with { Unavailable = "draining" }, Decode("d2")]);
        Assert.Equal("d2", plan.Decode!.Name);
        Assert.Contains(plan.Candidates, c => c is { Worker: "d1", Score: null, Why: "draining" });
    }

    [Fact]
    public void Plan_AvoidedWorker_IsTakenOnlyAlone()
    {
        var request = Request() with { Avoid = new HashSet<string> { "d1" } };
        var busy = Decode("d2") with { PendingSequences = 50 };
        Assert.Equal("d2", Router.Plan(request, [Decode("d1"), busy]).Decode!.Name);
        Assert.Equal("d1", Router.Plan(request, [Decode("d1")]).Decode!.Name);
    }

    [Fact]
    public void Plan_EqualWorkersAndPendingCounts_SpreadsEvenly()
    {
        var sent = new Dictionary<string, int> { ["d1"] = 0, ["d2"] = 0, ["d3"] = 0 };
        for (var i = 0; i < 30; i++)
        {
            var workers = sent.Select(s => Decode(s.Key) with { PendingSequences = s.Value, PendingTokens = s.Value * 100 });
            sent[Router.Plan(Request(DisaggregationMode.Never), [.. workers]).Decode!.Name]++;
        }

        Assert.All(sent.Values, count => Assert.Equal(10, count));
    }

    [Fact]
    public void Plan_WorkersOfUnlikeSpeed_ShareByWhatTheyCanDo()
    {
        var slow = PublishedProfiles.Find("opt-13b")!;
        var profiles = new Dictionary<string, WorkerProfile> { ["fast"] = slow.Scaled(0.25, 0.25), ["slow"] = slow };
        var tokens = new Dictionary<string, int> { ["fast"] = 0, ["slow"] = 0 };
        for (var i = 0; i < 50; i++)
        {
            WorkerSnapshot[] workers = [.. tokens.Select(t => Prefill(t.Key) with { PendingTokens = t.Value, Profile = profiles[t.Key] }), Decode("d")];
            tokens[Router.Plan(Request(), workers).Prefill!.Name] += 100;
        }

        Assert.InRange(tokens["fast"], 3 * tokens["slow"], 5 * tokens["slow"]);
    }

    [Fact]
    public void Plan_EqualQueues_PrefillOnTheHostOfDecode()
    {
        var profile = PublishedProfiles.Find("opt-13b")!;
        WorkerSnapshot[] workers =
        [
            Prefill("far") with { Host = "far", Profile = profile },
            Prefill("near") with { Host = "near", Profile = profile },
            Decode("d") with { Host = "near", Profile = profile },
        ];
        Assert.Equal("near", Router.Plan(Request(), workers).Prefill!.Name);
        workers[1] = workers[1] with { PendingTokens = 2000 };
        Assert.Equal("far", Router.Plan(Request(), workers).Prefill!.Name);
    }

    [Fact]
    public void Plan_Candidates_AreBestFirstThenTheDropped()
    {
        var plan = Router.Plan(
            Request(),
            [Decode("d1") with { PendingSequences = 9 }, Decode("d2"), Decode("d0") with { Unavailable = "dead" }, Prefill("p1")]);
        Assert.Equal(["d2", "d1", "d0", "p1"], plan.Candidates.Select(c => c.Worker));
        Assert.Equal(4, plan.Candidates.Count);
        Assert.Equal("free 1.000 - batch 0.141 - step 0.0 ms / 100", plan.Candidates[1].Why);
        Assert.Equal("-first token 0.100 s behind 0 tokens - transfer 0.000 s - 0.1 x used 0.000", plan.Candidates[3].Why);
    }

    [Fact]
    public void Plan_AThousandWorkers_AllocatesLittle()
    {
        WorkerSnapshot[] workers = [.. Enumerable.Range(0, 500).SelectMany(i => new[] { Decode($"d{i}"), Prefill($"p{i}") })];
        var request = Request();
        Router.Plan(request, workers);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Router.Plan(request, workers);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2000);
    }

    [Fact]
    public void Plan_AnyOrderOfWorkers_IsTheSamePlan() =>
        Gen.Select(Gen.Int[0, 50].Array[6], Gen.Int[0, 1000]).Sample((loads, seed) =>
        {
            var workers = loads.Select((load, i) => (i % 2 == 0 ? Decode($"d{i}") : Prefill($"p{i}")) with
            {
                PendingTokens = load * 10,
                PendingSequences = load,
            }).ToArray();
            var plan = Router.Plan(Request(), workers);
            new Random(seed).Shuffle(workers);
            var again = Router.Plan(Request(), workers);
            Assert.Equal(plan.Decode, again.Decode);
            Assert.Equal(plan.Prefill, again.Prefill);
        });

    private static RouteRequest Request(DisaggregationMode mode = DisaggregationMode.Auto) => new("m", 100, 200, mode, None);

    private static WorkerSnapshot Decode(string name) => new()
    {
        Name = name,
        Incarnation = 1,
        IsPrefill = false,
        Silo = name,
        Host = "h",
        Model = "m",
        Fingerprint = "f",
        BlockTokens = 16,
        MaxSequences = 64,
        Load = new EngineLoad { BlocksTotal = 1000 },
    };

    private static WorkerSnapshot Prefill(string name) => Decode(name) with { IsPrefill = true };
}
