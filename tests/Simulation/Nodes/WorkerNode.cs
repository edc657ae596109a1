using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Handoff;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Grains.Placement;
using Baton.Grains.Workers;
using Baton.Silo.Handoff;
using Baton.Silo.Memory;
using Baton.Silo.Workers;
using Baton.Simulation.Faults;
using Baton.Simulation.Network;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Simulation.Nodes;

/// <summary>
/// One life of a silo with one worker: the real worker, exporter, importer and engine loop over a small pool, whose
/// tokens are drawn from what the pool holds.
/// </summary>
internal sealed class WorkerNode : Node, IDisposable
{
    private readonly PrivateKvMemory _memory;
    private readonly EngineLoop _loop;
    private readonly KvImporter? _importer;
    private readonly KvExporter _exporter;

    public WorkerNode(World world, string name, WorkerRole role, int life)
        : base(world, name, life)
    {
        Role = role;
        var blocks = world.Random.Next(Model.LeastBlocks, Model.MostBlocks);
        _memory = new PrivateKvMemory((long)blocks * Model.Layout.BlockBytes);
        _loop = new EngineLoop(
            Model.Runner(_memory),
            blocks,
            Model.Scheduling(world.Random),
            new EngineLoopOptions { Profile = Model.Costs },
            world.Time,
            hasThread: false);
        Engine = new SimulatedEngine(_loop, this);
        Id = new WorkerId(NodeName.Worker(role, name), life);
        var isMapped = world.Random.Next(2) == 0;
        var pool = new KvPool(
            _memory, Model.Layout, new KvLocation(Id, "host", isMapped ? "mapped" : "", Silo.ToParsableString()));
        KvExporter? exporter = null;
        KvImporter? importer = null;
        Worker = new Worker(
            Id, role, "host", Engine,
            w => exporter = Exporter(pool, w),
            role == WorkerRole.Decode ? w => importer = Importer(pool, w) : null,
            Grains, new WorkerOptions(), world.Time, NullLogger<Worker>.Instance);
        (_exporter, _importer) = (exporter!, importer);
        Registry.Add(Worker);
        Grain = role == WorkerRole.Decode
            ? new DecodeGrain(new GrainContext(Id.Name), Registry)
            : new PrefillGrain(new GrainContext(Id.Name), Registry);
        Worker.Start();
    }

    public WorkerId Id { get; }

    public WorkerRole Role { get; }

    public Worker Worker { get; }

    public SimulatedEngine Engine { get; }

    public KvLeaseTable Leases { get; } = new();

    public override IWorkerGrain Grain { get; }

    /// <summary>What it still holds; empty when all has come back.</summary>
    public string Leftovers()
    {
        var (load, exports) = (Engine.Load, _exporter.Stats);
        var (expected, queued) = (_importer?.Stats.Expected ?? 0, _importer?.Stats.Queued ?? 0);
        return this switch
        {
            _ when load is not { Running: 0, Waiting: 0, Parked: 0, Reserved: 0, ReservationsWaiting: 0, BlocksUsed: 0 } =>
                $"{Name} holds {load}",
            _ when exports.Open != 0 || exports.UnackedBytes != 0 || Leases.Count != 0 =>
                $"{Name} has {exports.Open} handoffs open, {exports.UnackedBytes} bytes of credit and {Leases.Count} leases out",
            _ when expected != 0 || queued != 0 => $"{Name} expects {expected} handoffs and has queued {queued} pulls",
            _ when !Worker.IsIdle => $"{Name} still delivers",
            _ => "",
        };
    }

    public Span<byte> Bytes(KvSpan span, int at)
    {
        var run = span.Run(Model.Layout, at, 1);
        unsafe
        {
            return new Span<byte>((byte*)_memory.Address + run.Offset, run.Bytes);
        }
    }

    public void Dispose() => _memory.Dispose();

    protected override void Report(IGatewayGrain gateway, long sequence) => gateway.ReportWorker(new WorkerStatus
    {
        Id = Id,
        Role = Role,
        State = Worker.IsDraining ? WorkerState.Draining : WorkerState.Ready,
        ProcessId = 0,
        Host = "host",
        Silo = Silo.ToParsableString(),
        Device = "simulated",
        Load = Worker.Load,
        MaxSequences = Worker.Engine.Bounds.MaxSequences,
        StepTokens = Worker.Engine.Bounds.StepTokenBudget,
        Profile = Worker.Profile,
        ReadyAt = default,
        Model = Worker.Engine.Model.Id,
        Fingerprint = Worker.Engine.Layout.Fingerprint,
        BlockTokens = Worker.Engine.Layout.BlockTokens,
        Totals = Worker.Totals,
        Sequence = sequence,
    }).Ignore();

    private KvExporter Exporter(KvPool pool, Worker worker) => new(
        pool,
        Leases,
        new KvExporterOptions
        {
            WindowBytes = 4 * Model.Layout.BlockBytes,
            MaxDescriptorBytes = 2 * Model.Layout.BlockBytes,
            Lease = TimeSpan.FromSeconds(10),
            Scheduler = World.Scheduler,
        },
        new KvExporterEvents(Publish, (key, end) =>
        {
            World.Count($"handoff {end.Outcome}");
            worker.HandoffEnded(key, end);
            if (World.Bug == Bug.ReleaseTwice)
            {
                TwiceFreed.Release(_loop, key);
            }
        }),
        World.Time,
        NullLogger<KvExporter>.Instance);

    private KvImporter Importer(KvPool pool, Worker worker) => new(
        pool,
        new KvPlanes(new SimulatedPlane(World, this)),
        new KvImporterOptions { TransferDeadline = TimeSpan.FromSeconds(5), Scheduler = World.Scheduler },
        new KvImporterEvents
        {
            Acknowledge = (producer, acks) => new ValueTask(WorkerGrains.Of(Grains, producer).Acknowledge(acks)),
            Landed = (key, first, bytes, way) =>
            {
                World.Count("landed");
                worker.TransferLanded(key, first, bytes, way);
            },
            Failed = (key, reason) =>
            {
                World.Count($"transfer failed: {reason}");
                worker.TransferFailed(key, reason);
            },
            Started = worker.TransferStarted,
        },
        World.Time,
        NullLogger<KvImporter>.Instance);

    private ValueTask Publish(string worker, KvDescriptor[] descriptors, CancellationToken cancellationToken)
    {
        var node = NodeName.TryParse(worker, out _, out var name) ? name : worker;
        foreach (var descriptor in descriptors)
        {
            World.Network.Post(this, node, $"kv {descriptor.Key} {descriptor.Number}", taker =>
            {
                ((WorkerNode)taker)._importer!.Enqueue(descriptor);
                return Task.CompletedTask;
            });
        }

        return ValueTask.CompletedTask;
    }
}
