using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Routing;

namespace Baton.Core.Tests.Routing;

public sealed class AdmissionTests
{
    private static readonly WorkerProfile Profile = PublishedProfiles.Find("opt-13b")!;
    private static readonly AdmissionOptions Options = new()
    {
        Mode = AdmissionMode.PredictedLoad,
        Ttft = TimeSpan.FromSeconds(10),
        Tpot = TimeSpan.FromMilliseconds(60),
    };

    [Theory]
    [InlineData(AdmissionMode.Off)]
    [InlineData(AdmissionMode.AtEachStage)]
    [InlineData(AdmissionMode.CurrentLoad)]
    [InlineData(AdmissionMode.PredictedLoad)]
    public void Arrive_IdleCluster_IsTaken(AdmissionMode mode) =>
        Assert.True(Control(mode).Arrive(default, Key(0), 1000, Cluster()).IsAccepted);

    [Fact]
    public void Arrive_LongQueue_IsRefusedWithAHint()
    {
        EngineLoad queued = new() { PrefillTokens = 100_000, Waiting = 100 };
        AdmissionDecision decision = Control(AdmissionMode.CurrentLoad).Arrive(default, Key(0), 1000, Cluster(prefill: queued));
        Assert.False(decision.IsAccepted);
        Assert.True(decision.PrefillLoad > 1);
        Assert.True(decision.RetryAfter >= TimeSpan.FromSeconds(1));
        Assert.True(Control(AdmissionMode.Off).Arrive(default, Key(0), 1000, Cluster(prefill: queued)).IsAccepted);
    }

    [Fact]
    public void DecodeBegins_FullBatch_IsRefusedAtItsStageOnly()
    {
        EngineLoad full = new() { Running = 60, ResidentTokens = 60_000 };
        AdmissionControl late = Control(AdmissionMode.AtEachStage);
        Assert.True(late.Arrive(default, Key(0), 1000, Cluster(decode: full)).IsAccepted);
        Assert.False(late.DecodeBegins(default, Key(0), Cluster(decode: full)).IsAccepted);
        Assert.False(Control(AdmissionMode.CurrentLoad).Arrive(default, Key(0), 1000, Cluster(decode: full)).IsAccepted);
    }

    // Nothing decodes yet, but what is being read will: only foresight sees it.
    [Fact]
    public void Arrive_ManyAreBeingRead_IsRefusedByForesight()
    {
        int current = Taken(AdmissionMode.CurrentLoad);
        int predicted = Taken(AdmissionMode.PredictedLoad);
        Assert.Equal(100, current);
        Assert.InRange(predicted, 10, 70);

        static int Taken(AdmissionMode mode)
        {
            AdmissionControl control = Control(mode);
            return Enumerable.Range(0, 100).Count(i => control.Arrive(TimeSpan.FromMilliseconds(i), Key(i), 1000, Cluster()).IsAccepted);
        }
    }

    [Fact]
    public void Arrive_FullBatchThatWillHaveEnded_IsTakenByForesight()
    {
        AdmissionControl control = Control(AdmissionMode.PredictedLoad);
        for (int i = 0; i < 100; i++)
        {
            control.Arrive(TimeSpan.FromSeconds(i), Key(i), 100, Cluster());
            control.DecodeBegins(TimeSpan.FromSeconds(i), Key(i), Cluster());
            control.Ended(TimeSpan.FromSeconds(i + 1), Key(i));
        }

        EngineLoad full = new() { Running = 60, ResidentTokens = 60_000 };
        EngineLoad queued = new() { PrefillTokens = 40_000, Waiting = 40 };
        Assert.True(control.Arrive(TimeSpan.FromSeconds(200), Key(1000), 1000, Cluster(queued, full)).IsAccepted);
        Assert.False(Control(AdmissionMode.CurrentLoad).Arrive(default, Key(0), 1000, Cluster(queued, full)).IsAccepted);
    }

    [Fact]
    public void Ended_EverySequence_LeavesNothing()
    {
        AdmissionControl control = Control(AdmissionMode.PredictedLoad);
        for (int i = 0; i < 10; i++)
        {
            control.Arrive(default, Key(i), 1000, Cluster());
            if (i % 2 == 0)
                control.DecodeBegins(default, Key(i), Cluster());
            control.Ended(TimeSpan.FromSeconds(1), Key(i));
            control.Ended(TimeSpan.FromSeconds(2), Key(i));
        }

        Assert.Equal(0, control.Count);
        Assert.Equal(0, control.SquaresPerToken);
    }

    private static AdmissionControl Control(AdmissionMode mode) => new(Options with { Mode = mode });

    private static SequenceKey Key(int number) => new($"r{number}", 0, 0);

    private static AdmissionWorker[] Cluster(EngineLoad? prefill = null, EngineLoad? decode = null) =>
    [
        new(true, Profile, Profile.KvTokens, Profile.StepTokens, prefill ?? EngineLoad.Idle, 0),
        new(false, Profile, Profile.KvTokens, Profile.StepTokens, decode ?? EngineLoad.Idle, 0),
    ];
}
