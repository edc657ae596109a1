using System.Net;
using Baton.Contracts.Gateways;
using Baton.Contracts.Workers;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;
using Microsoft.Extensions.Logging.Abstractions;

namespace Baton.Simulation.Network;

/// <summary>One life of one silo, with what every silo has.</summary>
internal abstract class Node
{
    private readonly TaskCompletionSource _died = new();
    private long _reports;

    protected Node(World world, string name, int life)
    {
        (World, Name) = (world, name);
        Silo = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, (100 * name[0]) + name[1]), life);
        Grains = new Grains(this, world.Network);
        View = new ClusterView(world.Time);
        Vault = new SessionVault(World.Packer, world.Time);
        Adoption = new SessionAdoption(
            NodeName.Gateway(name), Vault, View, Membership, Grains, Microsoft.Extensions.Options.Options.Create(world.Options), world.Time);
        _ = new MembershipWatcher(
            Membership, View, Sessions, Adoption, Registry, NullLogger<MembershipWatcher>.Instance)
            .StartAsync(CancellationToken.None);
    }

    public World World { get; }

    public string Name { get; }

    public SiloAddress Silo { get; }

    public Membership Membership { get; } = new();

    public SessionTable Sessions { get; } = new();

    public ClusterView View { get; }

    public SessionVault Vault { get; }

    public SessionAdoption Adoption { get; }

    public WorkerRegistry Registry { get; } = new();

    public bool IsUp { get; private set; } = true;

    /// <summary>Whether the others have been told that it is dead.</summary>
    public bool IsDeclaredDead { get; set; }

    /// <summary>Whether a silo of its name has taken its place.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>Until then it neither hears nor says nor computes anything.</summary>
    public TimeSpan HangsUntil { get; set; }

    public Task Died => _died.Task;

    /// <summary>Calls that have not been answered, by the silo that they went to.</summary>
    public HashSet<(SiloAddress To, Action<Exception> Fail)> Calls { get; } = [];

    public virtual IGatewayGrain Gateway => throw new InvalidOperationException($"{Name} is no gateway.");

    public virtual IWorkerGrain Grain => throw new InvalidOperationException($"{Name} has no worker.");

    public IDecodeGrain Decode => (IDecodeGrain)Grain;

    public IPrefillGrain Prefill => (IPrefillGrain)Grain;

    protected Grains Grains { get; }

    public void Crash()
    {
        IsUp = false;
        Calls.Clear();
        _died.TrySetResult();
    }

    /// <summary>Membership has news for this silo; calls to a silo that is dead are not answered any more.</summary>
    public void Hear(Node other, SiloStatus status)
    {
        Membership.Hear(other.Silo, status, other.Name);
        if (status == SiloStatus.Dead)
        {
            foreach (var call in Calls.Where(c => c.To.Equals(other.Silo)).ToList())
            {
                Calls.Remove(call);
                call.Fail(new SiloUnavailableException($"{other.Name} is dead"));
            }
        }
    }

    /// <summary>Tells every gateway that it knows of, as a node's reporter does.</summary>
    public void Report()
    {
        _reports++;
        foreach (var member in Membership.CurrentSnapshot.Members.Values.OrderBy(m => m.Name, StringComparer.Ordinal))
        {
            if (member.Status == SiloStatus.Active && World.IsGateway(member.Name))
            {
                Report(Grains.GetGrain<IGatewayGrain>(NodeName.Gateway(member.Name)), _reports);
            }
        }
    }

    protected abstract void Report(IGatewayGrain gateway, long sequence);
}
