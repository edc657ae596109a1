using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Routing;
using Baton.Grains.Sessions;
using Baton.Simulation.Clients;
using Baton.Simulation.Faults;
using Baton.Simulation.Network;
using Baton.Simulation.Nodes;
using Baton.Simulation.Time;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Baton.Simulation;

/// <summary>
/// A cluster with its clients in virtual time. One seed decides all: what is asked, how long everything takes, what the
/// network does to each message, who crashes, hangs, drains or is cut off. One thread, so a seed is a schedule.
/// </summary>
internal sealed class World : IDisposable
{
    /// <summary>Trouble ends here: what is tried again from now on gets through.</summary>
    public static readonly TimeSpan TroubleEnds = TimeSpan.FromSeconds(7);

    private static readonly TimeSpan _horizon = TimeSpan.FromSeconds(400);
    private static readonly TimeSpan _afterwards = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _reports = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _copies = TimeSpan.FromMilliseconds(60);

    /// <summary>Of all worlds: it has no state.</summary>
    public static readonly SessionPacker Packer = new(
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    private readonly Dictionary<SiloAddress, Node> _nodes = [];
    private readonly List<Client> _clients = [];
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Trouble _trouble;
    private bool _isAtRest;

    public World(int seed, Bug bug = Bug.None, bool isTraced = false)
    {
        (Random, Bug) = (new Random(seed), bug);
        IsCalm = Random.Next(16) == 0;
        Time = new VirtualTime(Random);
        Trace = new Trace(Time, isTraced);
        Scheduler = new WorldScheduler(Time);
        Weather = new Weather(this);
        Network = new SimulatedNetwork(this, Weather);
        Options = new SessionOptions
        {
            Disaggregate = Random.Next(10) switch
            {
                < 6 => DisaggregationMode.Always,
                < 9 => DisaggregationMode.Auto,
                _ => DisaggregationMode.Never,
            },
            FirstTokenDeadline = TimeSpan.FromSeconds(15),
        };
        _trouble = new Trouble(this);
    }

    public Random Random { get; }

    public Bug Bug { get; }

    /// <summary>Whether nothing goes wrong in it.</summary>
    public bool IsCalm { get; }

    public VirtualTime Time { get; }

    public WorldScheduler Scheduler { get; }

    public Weather Weather { get; }

    public SimulatedNetwork Network { get; }

    public Trace Trace { get; }

    public SessionOptions Options { get; }

    /// <summary>The first thing that must never happen and did.</summary>
    public string? Violation { get; private set; }

    /// <summary>How often things happened that must happen now and then, or the simulation shows nothing.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    public IEnumerable<Node> Up => _nodes.Values.Where(n => n.IsUp);

    public IEnumerable<WorkerNode> Workers => Up.OfType<WorkerNode>();

    public IEnumerable<GatewayNode> Gateways => Up.OfType<GatewayNode>();

    /// <summary>Lets the world run until all requests have ended and all has come back, and a while longer.</summary>
    public async Task Run()
    {
        Begin();
        while (Violation is null && !_isAtRest && Time.Elapsed < _horizon)
        {
            await Step();
        }

        for (var end = Time.Elapsed + _afterwards; Violation is null && Time.Elapsed < end;)
        {
            await Step();
        }

        foreach (var left in Unfinished())
        {
            Violate(left);
        }

        foreach (var client in _clients)
        {
            client.Check();
        }

        for (var moved = Gateways.Sum(g => g.Sessions.Migrations); moved > 0; moved--)
        {
            Count("moved");
        }
    }

    public TimeSpan LeftOf(TimeSpan until) => until > Time.Elapsed ? until - Time.Elapsed : TimeSpan.Zero;

    public T Any<T>(IEnumerable<T> all)
    {
        T[] each = [.. all];
        return each[Random.Next(each.Length)];
    }

    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public void Violate(string what)
    {
        Violation ??= what;
        Trace.Add($"VIOLATION: {what}");
    }

    public static bool IsGateway(string name) => name[0] == 'g';

    public Node NodeAt(SiloAddress silo) => _nodes[silo];

    /// <summary>That life of a worker, if it still runs.</summary>
    public WorkerNode? WorkerOf(WorkerId id) => Workers.FirstOrDefault(w => w.Id == id);

    public void Dispose()
    {
        foreach (var worker in _nodes.Values.OfType<WorkerNode>())
        {
            worker.Dispose();
        }
    }

    /// <summary>A silo joins; each member hears of it, and it of them.</summary>
    public void Join(Node node)
    {
        Trace.Add($"{node.Name} joins as life {node.Silo.Generation}");
        _nodes.Add(node.Silo, node);
        foreach (var other in _nodes.Values.Where(n => n.IsUp && !n.IsDeclaredDead).ToList())
        {
            node.Hear(other, SiloStatus.Active);
            other.Hear(node, SiloStatus.Active);
        }

        Every(_reports, node, node.Report);
        if (node is GatewayNode gateway)
        {
            Every(_copies, node, gateway.Copies.Tick);
        }
    }

    /// <summary>The members agree that a silo is dead, and hear of it one after the other.</summary>
    public void DeclareDead(Node node)
    {
        if (node.IsDeclaredDead)
        {
            return;
        }

        node.IsDeclaredDead = true;
        Trace.Add($"{node.Name} is declared dead");
        foreach (var other in Up.Where(n => n != node).ToList())
        {
            Time.In(TimeSpan.FromMilliseconds(Random.Next(400)), () => other.Hear(node, SiloStatus.Dead));
        }
    }

    private void Begin()
    {
        for (var i = Random.Next(1, 3); i > 0; i--)
        {
            Join(new GatewayNode(this, $"g{i}", 1));
        }

        for (var i = Random.Next(1, 3); i > 0; i--)
        {
            Join(new WorkerNode(this, $"p{i}", WorkerRole.Prefill, 1));
        }

        for (var i = Random.Next(1, 5); i > 0; i--)
        {
            Join(new WorkerNode(this, $"d{i}", WorkerRole.Decode, 1));
        }

        for (var i = Random.Next(3, 9); i > 0; i--)
        {
            var client = new Client(this, i);
            _clients.Add(client);
            Scheduler.Run(client.Live).Ignore();
        }

        _trouble.Begin();
        Time.In(TroubleEnds, Weather.Calm);
        Time.In(_look, Look);
    }

    private async ValueTask Step()
    {
        Time.Step();
        await PoolIdle.Wait();
    }

    private void Look()
    {
        _isAtRest = Time.Elapsed > TroubleEnds && !Unfinished().Any() && Up.All(n => LeftOf(n.HangsUntil) == TimeSpan.Zero);
        if (!_isAtRest)
        {
            Time.In(_look, Look);
        }
    }

    private void Every(TimeSpan interval, Node node, Action act) => Time.In(interval, () =>
    {
        if (node.IsUp && !_isAtRest)
        {
            if (LeftOf(node.HangsUntil) == TimeSpan.Zero)
            {
                act();
            }

            Every(interval, node, act);
        }
    });

    private IEnumerable<string> Unfinished() => _clients.Where(c => c.End is null).Select(c => $"{c.Id} has not ended")
        .Concat(Gateways.SelectMany(g => g.All).Where(s => !s.Driven.IsCompleted).Select(s => $"a driver of {s.Id} still runs"))
        .Concat(Workers.Where(w => !w.IsDeclaredDead).Select(w => w.Leftovers()).Where(l => l.Length > 0));
}
