using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

/// <summary>Seeded faults between the two halves: whatever is lost, repeated or late, every handoff ends once.</summary>
public sealed class HandoffScheduleTests
{
    private const int Handoffs = 16;
    private const int BlocksEach = 6;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Schedule_DropsRepeatsAndReorders_EveryHandoffEndsOnceAndAllReturnsToZero(int seed)
    {
        var options = new KvExporterOptions { MaxDescriptorBytes = 2048, WindowBytes = 16 * 1024 };
        var mode = seed % 2 == 0 ? KvPlaneMode.Shm : KvPlaneMode.Tcp;
        await using var rig = new HandoffRig(mode, options);
        var faults = new Faults(seed);
        rig.Publish = (_, d, _) =>
        {
            foreach (var copy in faults.Pass(d))
                rig.Importer.Enqueue(copy);
            return ValueTask.CompletedTask;
        };
        rig.Acknowledge = (_, batch) =>
        {
            foreach (var ack in batch.SelectMany(faults.Pass))
                rig.Exporter.Acknowledge(ack);
            return ValueTask.CompletedTask;
        };
        var (from, to) = (rig.Shuffled(), rig.Shuffled());
        for (var i = 0; i < Handoffs; i++)
        {
            var table = to[(i * BlocksEach)..((i + 1) * BlocksEach)];
            Assert.True(rig.Importer.Expect(HandoffRig.Key(i), table, 0, BlocksEach * 16));
            Assert.True(rig.Exporter.Open(HandoffRig.Key(i), HandoffRig.Target()));
        }
        for (var i = 0; i < Handoffs; i++)
        {
            var blocks = from[(i * BlocksEach)..((i + 1) * BlocksEach)];
            rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(i), blocks[..3], 0, isLast: false));
            rig.Exporter.Produced(HandoffRig.Produced(HandoffRig.Key(i), blocks[3..], 3));
            if (i % 5 == 0)
                rig.Exporter.Abort(HandoffRig.Key(i));
            if (i % 7 == 0)
                await rig.Importer.Forget(HandoffRig.Key(i)).WaitAsync(
                    TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        }

        await EndAll(rig);

        Assert.All(rig.Releases.Values, n => Assert.Equal(1, n));
        for (var i = 0; i < Handoffs; i++)
        {
            if (rig.LandedAt(HandoffRig.Key(i)))
            {
                rig.AssertCopied(
                    from[(i * BlocksEach)..((i + 1) * BlocksEach)], to[(i * BlocksEach)..((i + 1) * BlocksEach)]);
            }
        }
        Assert.Equal((0, 0L), (rig.Exporter.Stats.Open, rig.Exporter.Stats.UnackedBytes));
        Assert.Equal((0, 0), (rig.Importer.Stats.Expected, rig.Importer.Stats.Queued));
        Assert.Equal(0, rig.Leases.Count);
    }

    /// <summary>Time passes until the producer has released everything; then decode's session forgets the rest.</summary>
    private static async Task EndAll(HandoffRig rig)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (rig.Releases.Count < Handoffs)
        {
            limit.Token.ThrowIfCancellationRequested();
            rig.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        for (var i = 0; i < Handoffs; i++)
            await rig.Importer.Forget(HandoffRig.Key(i)).WaitAsync(limit.Token);
        while (rig.Importer.Stats.Queued > 0)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    private sealed class Faults(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<object> _held = [];

        /// <summary>What comes out for what goes in: nothing, it, it twice, or it after something held back.</summary>
        public T[] Pass<T>(T message)
            where T : notnull
        {
            lock (_held)
            {
                switch (_random.Next(10))
                {
                    case 0:
                        return [];
                    case 1:
                        return [message, message];
                    case 2:
                        _held.Add(message);
                        return [];
                    default:
                        T[] late = [.. _held.OfType<T>()];
                        _held.RemoveAll(m => m is T);
                        return [message, .. late];
                }
            }
        }
    }
}
