using System.Collections.Immutable;
using System.Threading.Channels;

namespace Baton.Simulation.Network;

/// <summary>What one silo has heard of who is in the cluster.</summary>
internal sealed class Membership : IClusterMembershipService
{
    private readonly Channel<ClusterMembershipSnapshot> _updates = Channel.CreateUnbounded<ClusterMembershipSnapshot>();

    public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(0));

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _updates.Reader.ReadAllAsync();

    public void Hear(SiloAddress silo, SiloStatus status, string name)
    {
        if (IsDead(silo))
        {
            return;
        }

        CurrentSnapshot = new ClusterMembershipSnapshot(
            CurrentSnapshot.Members.SetItem(silo, new ClusterMember(silo, status, name)),
            new MembershipVersion(CurrentSnapshot.Version.Value + 1));
        _updates.Writer.TryWrite(CurrentSnapshot);
    }

    public bool IsDead(SiloAddress silo) => CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead;

    /// <summary>The latest life of a node that is not known to be dead.</summary>
    public SiloAddress? Find(string name) => CurrentSnapshot.Members.Values
        .Where(m => m.Name == name && m.Status == SiloStatus.Active)
        .Select(m => m.SiloAddress).MaxBy(s => s.Generation);

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) =>
        ValueTask.CompletedTask;

    public Task<bool> TryKill(SiloAddress siloAddress) => Task.FromResult(false);
}
