using System.Net;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Grains.Gateways;
using Baton.Grains.Placement;
using Baton.Grains.Sessions;
using Baton.Silo.Nodes;
using Baton.Simulation.Network;
using Microsoft.Extensions.Options;

namespace Baton.Simulation.Nodes;

/// <summary>One life of a silo with a gateway: the real view, table, copies, vault and adoption, and its sessions.</summary>
internal sealed class GatewayNode : Node
{
    private readonly Dictionary<string, Session> _sessions = [];

    public GatewayNode(World world, string name, int life)
        : base(world, name, life)
    {
        GatewayName = NodeName.Gateway(name);
        var silo = new SiloDetails(name, Silo);
        Copies = new SessionCopies(GatewayName, View, silo, Grains, world.Time);
        Ended = new EndedSessions(World.Packer, Copies, Options.Create(world.Options), world.Time);
        Gateway = new WatchedGateway(this, new GatewayGrain(
            new GrainContext(GatewayName), Sessions, View, Adoption, Copies, new SessionPlaces(Vault, Ended, silo), []));
        _ = new SilenceWatch(
            new NodeOptions
            {
                Name = name,
                IsGateway = true,
                Workers = [],
                Device = "",
                HostId = "",
                ClusterSecret = "",
                Address = IPAddress.Loopback,
            },
            View, Sessions, world.Time).StartAsync(CancellationToken.None);
    }

    public string GatewayName { get; }

    public GatewayId GatewayId => new(GatewayName, Silo.Generation);

    public SessionCopies Copies { get; }

    public EndedSessions Ended { get; }

    public override IGatewayGrain Gateway { get; }

    public IEnumerable<Session> All => _sessions.Values;

    public Session Session(string id)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            _sessions.Add(id, session = new Session(this, Grains, id));
        }

        return session;
    }

    public Session? Find(string id) => _sessions.GetValueOrDefault(id);

    public Task Adopt(string id) => World.Scheduler.Run(() => Session(id).Known());

    protected override void Report(IGatewayGrain gateway, long sequence) => gateway.ReportGateway(new GatewayStatus
    {
        Name = GatewayName,
        Silo = Silo.ToParsableString(),
        ProcessId = 0,
        Url = "",
        ActiveSessions = Sessions.Active,
        Requests = Sessions.Requests,
        Recomputes = Sessions.Recomputes,
        Sequence = sequence,
        Migrations = Sessions.Migrations,
    }).Ignore();
}
