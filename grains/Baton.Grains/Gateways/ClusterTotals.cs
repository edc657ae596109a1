using Baton.Contracts.Gateways;
using Baton.Contracts.Workers;
using Baton.Core.Planning;

namespace Baton.Grains.Gateways;

/// <summary>Counts over the whole cluster since this gateway knows it.</summary>
public sealed record ClusterTotals(long Requests, long Tokens, long Handoffs, long HandoffBytes, long Recomputes, long Migrations, TrafficCounts Traffic)
{
    public static ClusterTotals operator +(ClusterTotals a, ClusterTotals b) => new(
        a.Requests + b.Requests,
        a.Tokens + b.Tokens,
        a.Handoffs + b.Handoffs,
        a.HandoffBytes + b.HandoffBytes,
        a.Recomputes + b.Recomputes,
        a.Migrations + b.Migrations,
        a.Traffic + b.Traffic);
}

/// <summary>
/// Sums that never go backwards: what a member counted stays in after it has died. Safe for concurrent use.
/// </summary>
internal sealed class TotalsLedger
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Silo, string Name), ClusterTotals> _members = [];
    private ClusterTotals _departed = new(0, 0, 0, 0, 0, 0, default);

    public void Count(WorkerStatus status) => Set(
        status.Silo, status.Id.Name, new(
            0, status.Totals.Tokens, status.Totals.Handoffs, status.Totals.HandoffBytes, 0, 0,
            new TrafficCounts { CachedTokens = status.Load.CachedTokens }));

    public void Count(GatewayStatus status) => Set(
        status.Silo, status.Name, new(status.Requests, 0, 0, 0, status.Recomputes, status.Migrations, status.Traffic));

    /// <summary>The silo is dead: its members count no further.</summary>
    public void Retire(string silo)
    {
        lock (_gate)
        {
            foreach (var member in _members.Keys.Where(m => m.Silo == silo).ToList())
            {
                _departed += _members[member];
                _members.Remove(member);
            }
        }
    }

    public ClusterTotals Sum()
    {
        lock (_gate)
        {
            return _members.Values.Aggregate(_departed, (sum, member) => sum + member);
        }
    }

    private void Set(string silo, string name, ClusterTotals totals)
    {
        lock (_gate)
        {
            _members[(silo, name)] = totals;
        }
    }
}
