using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;
using Baton.Grains.Workers;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Baton.Silo.Nodes;
using Baton.Silo.Streams;
using Microsoft.Extensions.Logging;

namespace Baton.Silo.Workers;

/// <summary>
/// Makes the workers of this silo when it becomes active and ends them when it leaves. The engine source loads
/// meanwhile on a thread of its own.
/// </summary>
internal sealed class WorkerStarter(
    Task<IEngineSource> engines,
    NodeOptions node,
    WorkerRegistry registry,
    KvMemoryOptions memory,
    KvLeaseTable leases,
    KvServer server,
    KvPlanes planes,
    KvImporters importers,
    KvStreamPublisher publisher,
    ILocalSiloDetails silo,
    IGrainFactory grains,
    WorkerOptions options,
    TimeProvider time,
    ILoggerFactory loggers) : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly List<Worker> _workers = [];
    private readonly List<EngineParts> _engines = [];

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe("Baton workers", ServiceLifecycleStage.Active, StartAsync, StopAsync);

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        SharedKvMemory.ReclaimOrphans(memory.Directory);
        await ((Task)engines).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        if (!engines.IsCompletedSuccessfully)
        {
            // The process ends as soon as it has started, and says why: a stack of the silo's start would hide that.
            return;
        }

        var source = await engines;
        foreach (var role in node.Workers)
        {
            var worker = Make(source, role);
            worker.Start();
            registry.Add(worker);
        }
    }

    // Also where not all could be made: the silo is stopped when its host is disposed.
    private Task StopAsync(CancellationToken cancellationToken) => Teardown.RunAsync(
    [
        .. _workers.Select<Worker, Func<ValueTask>>(worker => () => EndAsync(worker)),
        .. _engines.Select<EngineParts, Func<ValueTask>>(parts => parts.DisposeAsync),
    ]);

    private ValueTask EndAsync(Worker worker)
    {
        importers.Unregister(worker.Id.Name);
        return worker.DisposeAsync();
    }

    private Worker Make(IEngineSource source, WorkerRole role)
    {
        var id = new WorkerId(NodeName.Worker(role, node.Name), silo.SiloAddress.Generation);
        var parts = source.Create(
            role, bytes => KvMemory.Create(memory, id.Name, bytes, loggers.CreateLogger<KvPlanes>()));
        _engines.Add(parts);
        var location = new KvLocation(id, node.HostId, KvMemory.SharedPath(parts.Memory), server.Endpoint);
        var pool = new KvPool(parts.Memory, parts.Engine.Info.Layout, location);
        var worker = new Worker(
            id,
            role,
            node.HostId,
            parts.Engine,
            w => Exporter(pool, w),
            role == WorkerRole.Decode ? w => Importer(pool, w) : null,
            grains,
            options,
            time,
            loggers.CreateLogger<Worker>())
        {
            CanConvert = node.CanConvert,
        };
        _workers.Add(worker);
        return worker;
    }

    private KvImporter Importer(KvPool pool, Worker worker)
    {
        var importer = new KvImporter(
            pool,
            planes,
            new KvImporterOptions(),
            new KvImporterEvents
            {
                Acknowledge = (producer, acks) =>
                    new ValueTask(WorkerGrains.Of(grains, producer).Acknowledge(acks)),
                Landed = worker.TransferLanded,
                Failed = worker.TransferFailed,
                Started = worker.TransferStarted,
            },
            time,
            loggers.CreateLogger<KvImporter>());
        importers.Register(worker.Id.Name, importer);
        return importer;
    }

    private KvExporter Exporter(KvPool pool, Worker worker) => new(
        pool,
        leases,
        new KvExporterOptions(),
        new KvExporterEvents(publisher.Publish, worker.HandoffEnded),
        time,
        loggers.CreateLogger<KvExporter>());
}
