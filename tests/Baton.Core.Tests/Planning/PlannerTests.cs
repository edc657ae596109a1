using Baton.Core.Engine;
using Baton.Core.Planning;

namespace Baton.Core.Tests.Planning;

public sealed class PlannerTests
{
    private static readonly PlannerOptions Options = new()
    {
        Max = new(8, 8),
        Ttft = TimeSpan.FromMilliseconds(400),
        Tpot = TimeSpan.FromMilliseconds(40),
    };

    [Fact]
    public void Decide_PromptHeavyStep_GrowsPrefillAlone()
    {
        ScaleDecision after = Run(Options, new(1, 1), seconds: 60, Steady(25, 1024, 10)).Last();
        Assert.True(after.Desired.Prefill > 1, after.Prefill.Why);
        Assert.Equal(1, after.Desired.Decode);
    }

    [Fact]
    public void Decide_OutputHeavyStep_GrowsDecodeAlone()
    {
        ScaleDecision after = Run(Options, new(1, 1), seconds: 60, Steady(3, 200, 2000)).Last();
        Assert.True(after.Desired.Decode > 1, after.Decode.Why);
        Assert.Equal(1, after.Desired.Prefill);
    }

    [Fact]
    public void Decide_OutputHeavyStepSomeTimeAfterAPromptHeavyOne_GrowsDecodeAlone()
    {
        PlannerOptions options = Options with { Ttft = TimeSpan.FromMilliseconds(500), Tpot = TimeSpan.FromMilliseconds(50) };
        for (int idle = 100; idle <= 140; idle += 10)
        {
            // As when the sequences of the last minute before it end at once, and those after it later than this lasts.
            TrafficCounts before = Observations.Traffic(60, 22, 512, 8);
            TrafficCounts Counts(TimeSpan at) => at.TotalSeconds < 60 ? Observations.Traffic(at.TotalSeconds, 22, 512, 8)
                : before + Observations.Traffic(Math.Max(0, at.TotalSeconds - 60 - idle), 5, 64, 0) with { Ended = 0 };
            var decisions = Run(options, new(1, 1), 60 + idle + 60, Counts);
            Assert.True(decisions.Max(d => d.Desired.Prefill) > 1);
            Assert.All(
                decisions.Where(d => d.At.TotalSeconds > 60 + idle),
                d => Assert.True(d.Prefill.Desired <= d.Prefill.Current, d.Prefill.Why));
        }
    }

    [Fact]
    public void Decide_LoadGoesAway_ShrinksStepByStepAfterTwoCooldowns()
    {
        var decisions = Run(Options, new(4, 4), seconds: 600, Steady(0.5, 100, 20));
        Assert.Equal(new PhaseCounts(1, 1), decisions[^1].Desired);
        Assert.All(decisions, d => Assert.InRange(d.Current.Prefill - d.Desired.Prefill, 0, 1));
        TimeSpan[] shrunk = [.. decisions.Where(d => d.Desired.Decode < d.Current.Decode).Select(d => d.At)];
        Assert.Equal(3, shrunk.Length);
        Assert.All(shrunk.Zip(shrunk.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Options.Cooldown));
    }

    [Fact]
    public void Decide_NothingSeenYet_GivesNothingBack()
    {
        var decisions = Run(Options, new(4, 4), seconds: 55, Steady(0.5, 100, 20));
        Assert.All(decisions, d => Assert.Equal(new PhaseCounts(4, 4), d.Desired));
    }

    [Fact]
    public void Decide_BurstsOfArrivals_AreSeenInTheForecast()
    {
        static Func<TimeSpan, TrafficCounts> Bursts(int every) => at =>
            Observations.Traffic(Math.Floor(at.TotalSeconds / every) * every, 10, 512, 64);

        Assert.Equal(1, Run(Options, new(1, 1), 600, Bursts(5))[^1].Forecast.Burstiness);
        Assert.True(Run(Options, new(1, 1), 600, Bursts(20))[^1].Forecast.Burstiness > 5);
    }

    [Fact]
    public void Decide_AnyTraffic_NeverSwingsWithinAMinute()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            double rate = 0;
            var traffic = new TrafficCounts();
            var decisions = Run(Options, new(1, 1), seconds: 1800, _ =>
            {
                rate = random.Next(6) == 0 ? random.NextDouble() * 60 : rate;
                return traffic += Observations.Traffic(5, rate, random.Next(2) == 0 ? 512 : 2048, 200);
            }, converts: seed % 2 == 1);
            foreach (Phase phase in Enum.GetValues<Phase>())
                AssertSteady(decisions, phase);
        }
    }

    [Fact]
    public void Decide_PrefilledWaitsForItsHandoff_IsNoPrefillLoad()
    {
        EngineLoad exporting = new() { Parked = 200, Waiting = 50, PrefillTokens = 100_000, BlocksUsed = 4000 };
        EngineLoad full = new() { Running = 500, Reserved = 12, ReservationsWaiting = 90, ResidentTokens = 60_000 };
        ScaleDecision decision = new Planner(Options, TimeSpan.Zero).Decide(Now(0, Observations.Workers(1, 1, exporting, full), default));
        Assert.Equal(1, decision.Desired.Prefill);
        Assert.True(decision.Desired.Decode > 1, decision.Decode.Why);
    }

    [Fact]
    public void Decide_PlacesHeldForPromptsInTheQueue_AreNoDecodeLoad()
    {
        EngineLoad queued = new() { Running = 1, Waiting = 60, PrefillTokens = 60_000 };
        EngineLoad held = new() { Running = 5, Reserved = 60, ReservationsWaiting = 40, ResidentTokens = 64_000, ReservedTokens = 60_000 };
        ScaleDecision decision = new Planner(Options, TimeSpan.Zero).Decide(Now(0, Observations.Workers(1, 1, queued, held), default));
        Assert.Equal(new PhaseCounts(2, 1), decision.Desired);
    }

    [Fact]
    public void Decide_QueuesOnEveryWorker_OneMoreUntilItIsReady()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        EngineLoad queued = new() { Running = 1, Waiting = 30, PrefillTokens = 20_000 };
        Assert.Equal(3, planner.Decide(Now(0, Observations.Workers(2, 1, queued), default)).Desired.Prefill);
        List<WorkerObservation> starting =
        [
            .. Observations.Workers(2, 1, queued),
            Observations.Worker(Phase.Prefill, 2, stage: WorkerStage.Starting),
        ];
        Assert.Equal(3, planner.Decide(Now(5, starting, default)).Desired.Prefill);
    }

    [Fact]
    public void IsUrgent_EveryWorkerOfAPhaseWouldMissItsTarget_UntilAnotherIsOnItsWay()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        EngineLoad queued = new() { Running = 1, Waiting = 30, PrefillTokens = 20_000 };
        EngineLoad slow = new() { Running = 200, ResidentTokens = 60_000 };
        WorkerObservation[] starting = [.. Observations.Workers(2, 1, queued), Observations.Worker(Phase.Prefill, 2, stage: WorkerStage.Starting)];
        Assert.False(planner.IsUrgent(Now(0, Observations.Workers(2, 1), default)));
        Assert.True(planner.IsUrgent(Now(0, Observations.Workers(2, 1, queued), default)));
        Assert.True(planner.IsUrgent(Now(0, Observations.Workers(2, 1, null, slow), default)));
        Assert.False(planner.IsUrgent(Now(0, [Observations.Worker(Phase.Prefill, 9), .. Observations.Workers(1, 1, queued)], default)));
        Assert.False(planner.IsUrgent(Now(0, starting, default)));
        Assert.False(planner.IsUrgent(Now(0, Observations.Workers(8, 1, queued), default)));
    }

    [Fact]
    public void Decide_MoreDecodeEachSecondAndNoneHasEnded_GrowsBeforeTheTargetIsMissed()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        for (int at = 0; at <= 10; at += 5)
        {
            EngineLoad rising = new() { Running = 4 * at, ResidentTokens = 4 * at * 300 };
            ScaleDecision decision = planner.Decide(Now(at, Observations.Workers(1, 1, null, rising), default));
            Assert.Equal(at < 10 ? 1 : 2, decision.Desired.Decode);
            Assert.Equal(1, decision.Desired.Prefill);
        }
    }

    [Fact]
    public void Decide_LongerOutputsAreAskedFor_GrowsByOneBeforeAnyHasEnded()
    {
        TrafficCounts before = Observations.Traffic(60, 7, 64, 8) with { AskedTokens = 60 * 7 * 16, EndedAskedTokens = 60 * 7 * 16 };
        foreach (int asked in (int[])[0, 1000, 100_000])
        {
            TrafficCounts Counts(TimeSpan at) => at.TotalSeconds < 60 ? Observations.Traffic(at.TotalSeconds, 7, 64, 8) with
            {
                AskedTokens = (long)(at.TotalSeconds * 7) * 16,
                EndedAskedTokens = (long)(at.TotalSeconds * 7) * 16,
            }
            : before + Observations.Traffic(at.TotalSeconds - 60, 7, 64, 0) with
            {
                Ended = 0,
                AskedTokens = (long)((at.TotalSeconds - 60) * 7) * (double)asked,
            };
            var decisions = Run(Options, new(1, 1), 70, Counts).Where(d => d.At.TotalSeconds > 60).ToList();
            Assert.Equal(asked > 0 ? 2 : 1, decisions[0].Desired.Decode);
            Assert.All(decisions, d => Assert.Equal(1, d.Desired.Prefill));
        }
    }

    [Fact]
    public void Decide_SteadyManyThatDecode_NoMoreThanTheyNeed()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        var random = new Random(3);
        for (int at = 0; at <= 300; at += 5)
        {
            int running = 40 + random.Next(-6, 7);
            EngineLoad load = new() { Running = running, ResidentTokens = running * 300 };
            Assert.Equal(1, planner.Decide(Now(at, Observations.Workers(1, 1, null, load), default)).Desired.Decode);
        }
    }

    [Fact]
    public void Decide_QueueOnOneOfTwo_IsTheRoutersToMend() => Assert.Equal(2, new Planner(Options, TimeSpan.Zero).Decide(Now(
        0,
        [
            Observations.Worker(Phase.Prefill, 0, new EngineLoad { Waiting = 30, PrefillTokens = 20_000 }),
            Observations.Worker(Phase.Prefill, 1),
            Observations.Worker(Phase.Decode, 0),
        ],
        default)).Desired.Prefill);

    [Fact]
    public void Decide_WorkerNeverStarts_AnotherIsOrderedAndThenGivenUp()
    {
        PlannerOptions options = Options with { PendingTimeout = TimeSpan.FromSeconds(60), GiveUpFor = TimeSpan.FromSeconds(300) };
        var planner = new Planner(options, TimeSpan.Zero);
        EngineLoad queued = new() { Running = 1, Waiting = 30, PrefillTokens = 20_000 };
        List<WorkerObservation> workers = [.. Observations.Workers(1, 1, queued)];
        List<string> abandoned = [];
        int ordered = 0;
        for (int at = 0; at < 400; at += 5)
        {
            ScaleDecision decision = planner.Decide(Now(at, workers, default));
            abandoned.AddRange(decision.Abandoned);
            workers.RemoveAll(w => decision.Abandoned.Contains(w.Name));
            for (int i = decision.Current.Prefill; i < decision.Desired.Prefill; i++)
                workers.Add(Observations.Worker(Phase.Prefill, 100 + ordered++, stage: WorkerStage.Starting, orderedAt: at));
        }

        Assert.Equal(3, abandoned.Distinct().Count());
        Assert.Equal(3, ordered);
        Assert.Contains("did not start", planner.Decide(Now(400, workers, default)).Prefill.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_NothingForLong_ToZeroAndBack()
    {
        PlannerOptions options = Options with { Min = new(0, 0), IdleToZero = TimeSpan.FromSeconds(100) };
        var planner = new Planner(options, TimeSpan.Zero);
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(0, Observations.Workers(1, 1), default)).Desired);
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(100, Observations.Workers(1, 1), default)).Desired);
        Assert.Equal(new PhaseCounts(0, 0), planner.Decide(Now(105, Observations.Workers(1, 1), default)).Desired);
        Assert.Equal(new PhaseCounts(0, 0), planner.Decide(Now(110, [], default)).Desired);
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(115, [], default) with { Unplaced = 1 }).Desired);
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 3)]
    public void Decide_OneLacksWhatTheOtherOnlyWaitsToGiveBack_ItIsGivenAtOnceWhereItConverts(bool converts, int decode)
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        EngineLoad queued = new() { Running = 1, Waiting = 30, PrefillTokens = 20_000 };
        EngineLoad busy = new() { Running = 60, ResidentTokens = 18_000 };
        ScaleDecision decision = null!;
        for (int at = 0; at <= 100; at += 5)
        {
            EngineLoad decoding = at < 90 ? busy : EngineLoad.Idle;
            ClusterObservation now = Now(at, Observations.Workers(1, 3, at < 100 ? null : queued, decoding), default);
            decision = planner.Decide(now with { CanConvert = converts });
        }

        Assert.True(new PhaseCounts(2, decode) == decision.Desired, decision.Decode.Why);
    }

    [Fact]
    public void Decide_RequestGaveUpWhileItsWorkerStarts_TheWorkerIsNotTakenAway()
    {
        PlannerOptions options = Options with { Min = new(0, 0), IdleToZero = TimeSpan.FromSeconds(100) };
        var planner = new Planner(options, TimeSpan.Zero);
        planner.Decide(Now(0, [], default));
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(500, [], default) with { Unplaced = 1 }).Desired);
        List<WorkerObservation> starting =
        [
            Observations.Worker(Phase.Prefill, 0, stage: WorkerStage.Starting, orderedAt: 500),
            Observations.Worker(Phase.Decode, 0, stage: WorkerStage.Starting, orderedAt: 500),
        ];
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(515, starting, default)).Desired);
        Assert.Equal(new PhaseCounts(1, 1), planner.Decide(Now(590, Observations.Workers(1, 1), default)).Desired);
        Assert.Equal(new PhaseCounts(0, 0), planner.Decide(Now(605, Observations.Workers(1, 1), default)).Desired);
    }

    [Fact]
    public void Decide_NewestLeavesBeforeItHasJoined_ThePhaseIsSizedByTheOthers()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        List<WorkerObservation> workers =
        [
            .. Observations.Workers(1, 1),
            Observations.Worker(Phase.Decode, 1, stage: WorkerStage.Draining, orderedAt: 9) with { MaxSequences = 0, KvTokens = 0 },
            Observations.Worker(Phase.Prefill, 1, stage: WorkerStage.Draining, orderedAt: 9) with { StepTokens = 0 },
        ];
        planner.Decide(Now(0, workers, Observations.Traffic(0, 5, 512, 64)));
        ScaleDecision decision = planner.Decide(Now(10, workers, Observations.Traffic(10, 5, 512, 64)));
        Assert.Equal(new PhaseCounts(1, 1), decision.Desired);
    }

    [Fact]
    public void Decide_PromptsLongerThanTheirTarget_MoreOnlyWhereTheyQueue()
    {
        PlannerOptions options = Options with { Ttft = TimeSpan.FromMilliseconds(20) };
        foreach ((int queued, int desired) in ((int, int)[])[(512, 1), (20_000, 2)])
        {
            var planner = new Planner(options, TimeSpan.Zero);
            planner.Decide(Now(0, Observations.Workers(1, 1), Observations.Traffic(0, 0.1, 512, 10)));
            var traffic = Observations.Traffic(60, 0.1, 512, 10);
            EngineLoad one = new() { Running = 1, PrefillTokens = queued };
            Assert.Equal(desired, planner.Decide(Now(60, Observations.Workers(1, 1, one), traffic)).Desired.Prefill);
        }
    }

    [Fact]
    public void Decide_OutOfTurn_SaysNothingOfTheRate()
    {
        var planner = new Planner(Options, TimeSpan.Zero);
        ScaleDecision last = null!;
        for (int at = 0; at <= 60; at += 5)
        {
            last = planner.Decide(Now(at, Observations.Workers(1, 1), Observations.Traffic(at, 2, 100, 20)));
            // An operator's, with one arrival since: 100 a second.
            TrafficCounts more = Observations.Traffic(at, 2, 100, 20) + Observations.Traffic(1, 1, 100, 20);
            planner.Decide(Now(at + 0.01, Observations.Workers(1, 1), more));
        }

        Assert.Equal(2, last.Forecast.Rate, 0.3);
    }

    [Fact]
    public void Decide_WorkersTakeAMinuteToStart_LooksAMinuteAhead()
    {
        // A ramp: whoever looks farther ahead sees more of it.
        static double Foreseen(bool startsAreSlow)
        {
            var planner = new Planner(Options, TimeSpan.Zero);
            double rate = 0;
            for (int at = 0; at <= 300; at += 5)
            {
                WorkerStage stage = startsAreSlow && at < 60 ? WorkerStage.Starting : WorkerStage.Ready;
                List<WorkerObservation> workers =
                    [.. Observations.Workers(1, 1), Observations.Worker(Phase.Prefill, 7, stage: stage, orderedAt: 0)];
                var traffic = Observations.Traffic(at, at / 2.0, 100, 20);
                rate = planner.Decide(Now(at, workers, traffic)).Forecast.Rate;
            }

            return rate;
        }

        Assert.True(Foreseen(startsAreSlow: true) > Foreseen(startsAreSlow: false) + 5);
    }

    [Fact]
    public void Victims_Cheapest_StartingThenEmptiest()
    {
        List<WorkerObservation> workers =
        [
            Observations.Worker(Phase.Decode, 0, new EngineLoad { Running = 9, ResidentTokens = 900 }),
            Observations.Worker(Phase.Decode, 1, new EngineLoad { Running = 2, ResidentTokens = 1200 }),
            Observations.Worker(Phase.Decode, 2, stage: WorkerStage.Starting),
            Observations.Worker(Phase.Decode, 3, stage: WorkerStage.Draining),
            Observations.Worker(Phase.Prefill, 0),
        ];
        Assert.Equal(["Decode-2", "Decode-0"], Victims.Choose(workers, Phase.Decode, 2).Select(w => w.Name));
    }

    private static Func<TimeSpan, TrafficCounts> Steady(double rate, int prompt, int output) =>
        at => Observations.Traffic(at.TotalSeconds, rate, prompt, output);

    private static ClusterObservation Now(double seconds, IReadOnlyList<WorkerObservation> workers, TrafficCounts traffic) =>
        new() { At = TimeSpan.FromSeconds(seconds), Workers = workers, Traffic = traffic };

    /// <summary>Idle workers that start at once; the traffic alone speaks.</summary>
    private static List<ScaleDecision> Run(
        PlannerOptions options, PhaseCounts counts, int seconds, Func<TimeSpan, TrafficCounts> traffic, bool converts = false)
    {
        var planner = new Planner(options, TimeSpan.Zero);
        List<ScaleDecision> decisions = [];
        for (var at = TimeSpan.Zero; at.TotalSeconds <= seconds; at += options.Interval)
        {
            ScaleDecision decision = planner.Decide(Now(at.TotalSeconds, Observations.Workers(counts.Prefill, counts.Decode), traffic(at)) with { CanConvert = converts });
            decisions.Add(decision);
            counts = decision.Desired;
        }

        return decisions;
    }

    private static void AssertSteady(List<ScaleDecision> decisions, Phase phase)
    {
        TimeSpan grew = TimeSpan.MinValue;
        bool shrunkSince = false;
        foreach (ScaleDecision decision in decisions)
        {
            int change = decision.Desired[phase] - decision.Current[phase];
            Assert.False(change > 0 && shrunkSince && decision.At - grew < TimeSpan.FromSeconds(60), $"it swings at {decision.At}");
            (grew, shrunkSince) = change > 0 ? (decision.At, false) : (grew, shrunkSince || change < 0);
        }
    }
}
