using System.Collections.Concurrent;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Grains.Placement;
using Baton.Silo.Handoff;
using Baton.Silo.Placement;
using Baton.Silo.Streams;
using Baton.Silo.Tests.Handoff;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.TestingHost;

namespace Baton.Silo.Tests.Streams;

/// <summary>The stream in a cluster of two silos, only one of which is home to sink grains.</summary>
public sealed class KvStreamTests : IAsyncLifetime
{
    private InProcessTestCluster _cluster = null!;
    private IServiceProvider _prefill = null!;
    private IServiceProvider _decode = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(2);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.AddKvStreams();
            silo.UseSiloMetadata(new Dictionary<string, string>
            {
                [NodeName.RolesKey] = options.SiloName == "Silo_0" ? "prefill" : "decode",
            });
            silo.AddNodePlacement();
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
        _prefill = Of("Silo_0");
        _decode = Of("Silo_1");
    }

    public async ValueTask DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Publish_AcrossSilos_ArrivesInOrderAtTheWorkersSilo()
    {
        const int Count = 300;
        await using var rig = new HandoffRig();
        var seen = new ConcurrentQueue<int>();
        var all = New();
        rig.Acknowledge = (_, acks) =>
        {
            foreach (var ack in acks)
                seen.Enqueue(ack.Number);
            if (seen.Count >= Count)
                all.TrySetResult();
            return ValueTask.CompletedTask;
        };
        Register(rig);
        var publisher = _prefill.GetRequiredService<KvStreamPublisher>();
        foreach (var numbers in Enumerable.Range(0, Count).Chunk(7))
        {
            await publisher.Publish(
                HandoffRig.DecodeWorker, [.. numbers.Select(i => Descriptor(rig, i))], TestContext.Current.CancellationToken);
        }

        // Of a sequence that nobody expects: each is refused, and the refusals come in the order of arrival.
        await Wait(all.Task);
        Assert.Equal(Enumerable.Range(0, Count), seen);
    }

    [Fact]
    public async Task Handoff_ThroughTheStream_LandsAlsoWhenDeliveredTwice()
    {
        await using var rig = new HandoffRig(KvPlaneMode.Auto, new KvExporterOptions { MaxDescriptorBytes = 2048 });
        Register(rig);
        var publisher = _prefill.GetRequiredService<KvStreamPublisher>();
        rig.Publish = async (worker, d, c) =>
        {
            await publisher.Publish(worker, [d], c);
            await publisher.Publish(worker, [d], c);
        };
        var key = HandoffRig.Key(0);
        var (from, to) = (rig.Shuffled()[..12], rig.Shuffled()[..12]);
        rig.Importer.Expect(key, to, 0, 12 * 16);
        rig.Exporter.Open(key, HandoffRig.Target());
        rig.Exporter.Produced(HandoffRig.Produced(key, from));

        Assert.Equal("landed 7 shm", await rig.Arrived(key));
        Assert.Equal(HandoffOutcome.Landed, (await rig.Released(key)).Outcome);
        rig.AssertCopied(from, to);
    }

    [Fact]
    public async Task Stop_WhileReceiversPoll_DoesNotHang() =>
        await Wait(_cluster.StopAllSilosAsync(TestContext.Current.CancellationToken));

    private IServiceProvider Of(string name) => _cluster.Silos.Single(s => s.Name == name).ServiceProvider;

    private void Register(HandoffRig rig) =>
        Assert.True(_decode.GetRequiredService<KvImporters>().Register(HandoffRig.DecodeWorker, rig.Importer));

    private static KvDescriptor Descriptor(HandoffRig rig, int number) => new()
    {
        Key = new SequenceKey("nobody", 0, 1),
        Number = number,
        Source = rig.SourcePool.Location,
        LeaseId = 1,
        FirstBlock = 0,
        Blocks = [0],
        Layers = HandoffRig.Layout.AllLayers,
        LeaseWord = -1,
        Fingerprint = "layout",
        Last = false,
    };

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Task Wait(Task task) =>
        task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
}
