using Baton.Core.Sessions;
using CsCheck;

namespace Baton.Core.Tests.Sessions;

public sealed class SequenceLifecycleTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void TryAdvance_EarlierOrSameState_IsRefused()
    {
        var life = new SequenceLifecycle(Start);
        Assert.True(life.TryAdvance(0, SequenceState.Decoding, Start));
        Assert.False(life.TryAdvance(0, SequenceState.Decoding, Start));
        Assert.False(life.TryAdvance(0, SequenceState.Prefilling, Start));
        Assert.Equal(SequenceState.Decoding, life.State);
    }

    [Fact]
    public void TryAdvance_StaleEpoch_IsRefused()
    {
        var life = new SequenceLifecycle(Start);
        life.BeginAttempt(Start, "the worker died");
        Assert.False(life.TryAdvance(0, SequenceState.Done, Start));
        Assert.True(life.TryAdvance(1, SequenceState.Placed, Start));
    }

    [Fact]
    public void BeginAttempt_AfterTheEnd_Throws()
    {
        var life = new SequenceLifecycle(Start);
        life.TryAdvance(0, SequenceState.Cancelled, Start);
        Assert.Throws<InvalidOperationException>(() => life.BeginAttempt(Start, null));
    }

    [Fact]
    public void TryAdvance_AnyNews_EntersOneTerminalStateAndRisesWithinAnEpoch() =>
        Gen.Select(Gen.Int[0, 2], Gen.Enum<SequenceState>(), Gen.Bool).Array[0, 60].Sample(news =>
        {
            var life = new SequenceLifecycle(Start);
            foreach (var (epoch, state, retry) in news)
            {
                if (retry && !life.IsTerminal && life.Epoch < 2)
                {
                    life.BeginAttempt(Start, "again");
                }

                life.TryAdvance(epoch, state, Start);
            }

            Assert.InRange(life.Timeline.Count(p => p.State >= SequenceState.Done), 0, 1);
            foreach (var (before, after) in life.Timeline.Zip(life.Timeline.Skip(1)))
            {
                Assert.True(after.Epoch > before.Epoch || (after.Epoch == before.Epoch && after.State > before.State));
            }
        });
}
