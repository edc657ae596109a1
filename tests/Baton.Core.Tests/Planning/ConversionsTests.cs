using Baton.Core.Engine;
using Baton.Core.Planning;
using CsCheck;

namespace Baton.Core.Tests.Planning;

public sealed class ConversionsTests
{
    // A start takes 5 s, to join again 2.
    private static readonly EngineLoad Light = new() { Running = 4, ResidentTokens = 2000 };

    [Fact]
    public void Plan_SurplusAndLack_TheCheapestIsConverted()
    {
        List<WorkerObservation> workers =
        [
            Observations.Worker(Phase.Prefill, 0),
            Observations.Worker(Phase.Decode, 0, Light with { ResidentTokens = 3000 }),
            Observations.Worker(Phase.Decode, 1, Light),
            Observations.Worker(Phase.Decode, 2, Light with { ResidentTokens = 2500 }),
        ];
        Conversion conversion = Assert.Single(Plan(workers, new PhaseCounts(2, 2)));
        Assert.Equal(("Decode-1", Phase.Prefill), (conversion.Worker, conversion.To));
        Assert.Contains("a start takes 5.0 s", conversion.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 3)]
    [InlineData(0, 2)]
    public void Plan_NotBothSurplusAndLack_NoneIsConverted(int prefill, int decode) =>
        Assert.Empty(Plan(Observations.Workers(1, 3), new PhaseCounts(prefill, decode)));

    [Fact]
    public void Plan_AStartIsAsQuick_NoneIsConverted()
    {
        var profile = Observations.Profile with { ConvertSeconds = Observations.Profile.StartSeconds };
        Assert.Empty(Plan([.. Observations.Workers(1, 3).Select(w => w with { Profile = profile })], new PhaseCounts(2, 2)));
    }

    [Fact]
    public void Plan_MuchToRead_ANewOneIsQuicker()
    {
        EngineLoad queue = new() { Running = 1, Waiting = 30, PrefillTokens = 60_000 };
        Assert.Empty(Plan(Observations.Workers(3, 1, queue), new PhaseCounts(2, 2)));
        Assert.Single(Plan(Observations.Workers(3, 1, queue with { PrefillTokens = 6000 }), new PhaseCounts(2, 2)));
    }

    [Fact]
    public void Plan_NoRoomForWhatItDecodes_TheLongestDrainIsExpected()
    {
        EngineLoad full = new() { Running = 200, ResidentTokens = (int)(Observations.Profile.KvTokens * 0.8) };
        IReadOnlyList<WorkerObservation> workers = Observations.Workers(1, 2, decodeLoad: full);
        Assert.Equal(DrainTime.Longest, DrainTime.Of(workers[1], [workers[2]]));
        Assert.Empty(Plan(workers, new PhaseCounts(2, 1)));
        var slow = Observations.Profile with { StartSeconds = 60 };
        Assert.Single(Plan([.. workers.Select(w => w with { Profile = slow })], new PhaseCounts(2, 1)));
    }

    [Fact]
    public void Plan_HasNotStartedYet_IsLostInstead()
    {
        List<WorkerObservation> workers = [.. Observations.Workers(1, 2), Observations.Worker(Phase.Decode, 2, stage: WorkerStage.Starting)];
        Assert.Empty(Plan(workers, new PhaseCounts(2, 2)));
    }

    [Fact]
    public void Plan_PhasesOnMachinesOfTheirOwn_AreLeftSo()
    {
        List<WorkerObservation> workers = [.. Observations.Workers(1, 3)];
        workers[0] = workers[0] with { Profile = workers[0].Profile with { Name = "another" } };
        Assert.Empty(Plan(workers, new PhaseCounts(2, 2)));
    }

    [Fact]
    public void Plan_NobodyCanConvertIt_IsLeftAlone() => Assert.Empty(
        Conversions.Plan(Now(Observations.Workers(1, 3)), new PhaseCounts(2, 2), mayConvert: _ => false));

    // Whatever there is and is wanted: no phase gets more than it lacks, none gives more than it has too many, nobody twice.
    [Fact]
    public void Plan_AnyCluster_TakesFromSurplusWhatLacks() => Gen.Select(
        Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 6], Gen.Int[0, 200_000], Gen.Int[0, 2]).Sample(
        (prefill, decode, wantedPrefill, wantedDecode, tokens, stage) =>
        {
            EngineLoad load = new() { Running = 1 + (tokens / 500), ResidentTokens = tokens };
            List<WorkerObservation> workers = [.. Observations.Workers(prefill, decode, decodeLoad: load)];
            if (workers.Count > 0)
                workers[^1] = workers[^1] with { Stage = (WorkerStage)stage };
            ClusterObservation now = Now(workers);
            var wanted = new PhaseCounts(wantedPrefill, wantedDecode);

            IReadOnlyList<Conversion> conversions = Plan(workers, wanted);

            Assert.Equal(conversions.Count, conversions.Select(c => c.Worker).Distinct().Count());
            foreach (Conversion conversion in conversions)
            {
                WorkerObservation worker = workers.Single(w => w.Name == conversion.Worker);
                Assert.NotEqual(worker.Phase, conversion.To);
                Assert.Equal(WorkerStage.Ready, worker.Stage);
                Assert.True(conversions.Count <= now.Count(worker.Phase) - wanted[worker.Phase]);
                Assert.True(conversions.Count <= wanted[conversion.To] - now.Count(conversion.To));
            }
        });

    private static IReadOnlyList<Conversion> Plan(IReadOnlyList<WorkerObservation> workers, PhaseCounts wanted) =>
        Conversions.Plan(Now(workers), wanted, mayConvert: _ => true);

    private static ClusterObservation Now(IReadOnlyList<WorkerObservation> workers) =>
        new() { At = TimeSpan.Zero, Workers = workers, Traffic = default };
}
