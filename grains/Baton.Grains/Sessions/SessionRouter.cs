using Baton.Contracts;
using Baton.Core.Routing;
using Baton.Grains.Gateways;

namespace Baton.Grains.Sessions;

/// <summary>Fetches the view of the cluster, asks Core for a plan, and waits for a phase that has no worker.</summary>
internal sealed class SessionRouter(ClusterView view, SessionOptions options, TimeProvider time, string model)
{
    public static readonly IReadOnlySet<string> NoneAvoided = new HashSet<string>();

    // Waits are in whole milliseconds: for the rest of one nothing would wait, and the loop would spin.
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    public RoutePlan Route(int tokens, int maxTokens, IReadOnlySet<string> avoid) => Router.Plan(
        new RouteRequest(model, tokens, maxTokens, options.Disaggregate, avoid), view.Snapshot());

    /// <summary>A route, waiting for a worker up to the queue's time to live.</summary>
    public async Task<RoutePlan> WaitForRoute(int tokens, int maxTokens, IReadOnlySet<string> avoid)
    {
        var deadline = time.GetUtcNow() + options.QueueTtl;
        while (true)
        {
            var changed = view.Changed;
            var plan = Route(tokens, maxTokens, avoid);
            var left = deadline - time.GetUtcNow();
            if (plan.Refusal != RouteRefusal.NoWorker || left < ShortestWait)
            {
                return plan;
            }

            using var counted = view.Wait();
            await changed.WaitAsync(left, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing
                | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    /// <summary>Completes when a worker drains.</summary>
    public async Task Draining(WorkerId worker, CancellationToken cancellationToken)
    {
        while (true)
        {
            var changed = view.Changed;
            if (view.IsDraining(worker))
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    public bool MayLive(WorkerId worker) => view.MayLive(worker);

    public void Sent(string worker, int tokens) => view.Sent(worker, tokens);

    public IDisposable Hold(string worker, int tokens) => view.Hold(worker, tokens);
}
