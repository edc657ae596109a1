using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>Waits for what /cluster shows.</summary>
internal static class Clusters
{
    public static async Task<JsonElement> ClusterAsync(this HttpClient client, Func<JsonElement, bool> condition, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var cluster = await client.GetJsonAsync("/cluster", TestContext.Current.CancellationToken);
            if (condition(cluster))
            {
                return cluster;
            }

            try
            {
                await timer.WaitForNextTickAsync(timeout.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"The cluster did not come to it: {cluster}");
            }
        }
    }
}
