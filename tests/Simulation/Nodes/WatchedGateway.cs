using Baton.Contracts.Gateways;
using Baton.Contracts.Planning;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Grains.Sessions;
using Baton.Simulation.Faults;

namespace Baton.Simulation.Nodes;

/// <summary>A gateway under watch: nothing that an attempt brings after its end may reach a session's log.</summary>
internal sealed class WatchedGateway(GatewayNode node, IGatewayGrain gateway) : IGatewayGrain
{
    public async Task Deliver(TokenBatch batch)
    {
        if (!batch.Tokens.Any(t => EpochOf(t.Key) is { } epoch && epoch != t.Key.Epoch))
        {
            await gateway.Deliver(batch);
            return;
        }

        foreach (var token in batch.Tokens)
        {
            var (epoch, logged) = (EpochOf(token.Key), Logged(token.Key));
            var key = node.World.Bug == Bug.EpochNotChecked && epoch is { } now ? token.Key with { Epoch = now } : token.Key;
            await gateway.Deliver(new TokenBatch(batch.Worker, [token with { Key = key }], [], []));
            if (epoch != token.Key.Epoch)
            {
                node.World.Count("late token");
                if (Logged(token.Key) != logged)
                {
                    node.World.Violate($"{token.Key} was over, and still brought token {token.Index} from {batch.Worker}");
                }
            }
        }

        await gateway.Deliver(batch with { Tokens = [] });
    }

    public Task<SequenceKey[]> Unwanted(SequenceKey[] keys) => gateway.Unwanted(keys);

    public Task ReportWorker(WorkerStatus status) => gateway.ReportWorker(status);

    public Task ReportGateway(GatewayStatus status) => gateway.ReportGateway(status);

    public Task ReportPlan(PlanStatus plan) => gateway.ReportPlan(plan);

    public Task Scale(ScaleOrder order) => gateway.Scale(order);

    public Task<string[]> Keep(SessionCopy[] copies, string[] forgotten) => gateway.Keep(copies, forgotten);

    public Task<bool> Cover(string newcomer) => gateway.Cover(newcomer);

    public Task<SessionPlace> Locate(GrainId session) => gateway.Locate(session);

    public Task<SessionCopy?> TakeOver(string requestId) => gateway.TakeOver(requestId);

    private int? EpochOf(SequenceKey key) => Run(key)?.WithChoice(key.Choice, c => c.Lifecycle.Epoch);

    private int? Logged(SequenceKey key) => Run(key)?.Log.Count;

    private SessionRun? Run(SequenceKey key) => node.Find(key.RequestId)?.Run;
}
