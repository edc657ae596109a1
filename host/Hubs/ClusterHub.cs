using System.Runtime.CompilerServices;
using System.Text;
using Baton.Host.Api;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace Baton.Host.Hubs;

/// <summary>The cluster as it changes, at /hubs/cluster.</summary>
internal sealed class ClusterHub(IClusterReport report, IOptions<ApiOptions> options, TimeProvider time) : Hub
{
    /// <summary>The state now, and again whenever it has changed.</summary>
    public async IAsyncEnumerable<HubJson> Watch([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchInterval, time);
        string? last = null;
        do
        {
            var state = (await report.SnapshotAsync(cancellationToken)).ToJsonString();
            if (state != last)
            {
                last = state;
                yield return new HubJson(Encoding.UTF8.GetBytes(state));
            }
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }
}
