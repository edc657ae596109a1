using Baton.Core.Engine;
using Baton.Engine.Simulated;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

/// <summary>Workers hand over only what both read alike: anything else is refused by name, and not by a bad checksum.</summary>
public sealed class CompatibilityTests
{
    private static readonly KvLayout _layout = new(16, 64, "model-a f32 layer,kv,head", Layers: 4);

    public static TheoryData<string, string> Others => new()
    {
        { "model", (_layout with { Content = "model-b f32 layer,kv,head" }).Fingerprint },
        { "type", (_layout with { Content = "model-a bf16 layer,kv,head" }).Fingerprint },
        { "layout", (_layout with { Content = "model-a f32 head,layer,kv" }).Fingerprint },
        { "block size", (_layout with { BlockTokens = 32, BytesPerToken = 32 }).Fingerprint },
        { "position size", (_layout with { BytesPerToken = 128 }).Fingerprint },
        { "layers", (_layout with { Layers = 8 }).Fingerprint },
        { "version", _layout.Fingerprint.Replace("handoff-2/", "handoff-3/", StringComparison.Ordinal) },
        { "nothing", "" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Descriptor_OfAnother_IsRefusedOnBothSidesByName(string what, string fingerprint)
    {
        Assert.NotEqual(_layout.Fingerprint, fingerprint);
        await using var rig = new HandoffRig(layout: _layout);
        var publish = rig.Publish;
        rig.Publish = (w, d, c) => publish(w, d with { Fingerprint = fingerprint }, c);
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));

        Assert.Equal(KvFailure.Fingerprint, await rig.Arrived(key));
        Assert.Equal(new HandoffEnd(HandoffOutcome.Failed, KvFailure.Fingerprint, 0), await rig.Released(key));
        Assert.True(rig.Importer.Stats.Refused == 1, what);
    }

    [Fact]
    public async Task Descriptor_OfTheSame_Lands()
    {
        await using var rig = new HandoffRig(layout: _layout with { });
        var key = HandoffRig.Key(0);
        rig.Importer.Expect(key, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));

        Assert.Equal("landed 7 tcp", await rig.Arrived(key));
    }

    [Fact]
    public async Task Descriptor_OfALandedSequenceFromAnotherWorker_IsRefused()
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        var published = new TaskCompletionSource<Contracts.Handoff.KvDescriptor>();
        var publish = rig.Publish;
        rig.Publish = (w, d, c) =>
        {
            published.SetResult(d);
            return publish(w, d, c);
        };
        rig.Importer.Expect(key, [1], 0, 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));
        await rig.Arrived(key);
        var descriptor = await HandoffRig.Wait(published.Task);

        rig.Importer.Enqueue(descriptor);
        Assert.Equal((1, 0), (rig.Importer.Stats.Duplicates, rig.Importer.Stats.Refused));
        rig.Importer.Enqueue(descriptor with { Source = descriptor.Source with { Worker = new("prefill-0", 2) } });
        Assert.Equal((1, 1), (rig.Importer.Stats.Duplicates, rig.Importer.Stats.Refused));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(int.MaxValue, true)]
    [InlineData(1, true)]
    [InlineData(4, false)]
    public async Task Descriptor_NumberThatCannotBe_FailsTheHandoff(int number, bool isLast)
    {
        await using var rig = new HandoffRig();
        var key = HandoffRig.Key(0);
        var publish = rig.Publish;
        rig.Publish = async (w, d, c) =>
        {
            // Number 3 is the last; then there is none behind it, nor another last.
            await publish(w, d with { Number = 3 }, c);
            rig.Importer.Enqueue(d with { Number = number, FirstBlock = 1, Last = isLast });
        };
        rig.Importer.Expect(key, [1, 2], 0, 32);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, [1]));

        Assert.Contains(await rig.Arrived(key), (string[])[KvFailure.Range, KvFailure.Lease]);
        Assert.Equal(1, rig.Importer.Stats.Refused);
    }

    [Fact]
    public void SimulatedLayouts_DifferByModelAndSize()
    {
        var layout = SimulatedModelRunner.LayoutOf(64, 16, "a");
        Assert.Equal(layout, SimulatedModelRunner.LayoutOf(64, 16, "a"));
        Assert.Equal(4, new HashSet<string>(
        [
            layout.Fingerprint,
            SimulatedModelRunner.LayoutOf(64, 16, "b").Fingerprint,
            SimulatedModelRunner.LayoutOf(32, 16, "a").Fingerprint,
            SimulatedModelRunner.LayoutOf(64, 32, "a").Fingerprint,
        ]).Count);
    }
}
