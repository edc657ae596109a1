using System.Globalization;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>What a scraper of /metrics reads of the handoffs in a process.</summary>
[Collection(ProcessTests.Name)]
public sealed class MetricsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Metrics_AfterAHandoff_CountItsBytesAndItsWait()
    {
        await using var host = await HostProcess.StartAsync("--engine", "simulated", "--disaggregate", "always");
        var before = await ScrapeAsync(host.Client);
        await host.Client.CompleteAsync([.. Enumerable.Range(1, 40)], 4);
        // Prefill hears that its lease is collected after decode has gone on: the answer may end before.
        var after = await ScrapeUntilAsync(host.Client, s => Sum(s, "baton_kv_handoffs_total") > 0);

        Assert.Equal(0, Sum(before, "baton_kv_handoffs_total"));
        Assert.Equal(1, Sum(after, "baton_kv_handoffs_total"));
        Assert.Equal(1, Sum(after, "baton_kv_transfer_exposed_seconds_count"));
        Assert.True(Sum(after, "baton_kv_transfer_bytes_total") > 0);
        Assert.Equal(0, Sum(after, "baton_kv_window_used_bytes"));
    }

    private static async Task<string> ScrapeUntilAsync(HttpClient client, Func<string, bool> condition)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var scraped = await ScrapeAsync(client);
        while (!condition(scraped) && TimeProvider.System.GetElapsedTime(begun) < Patience)
        {
            scraped = await ScrapeAsync(client);
        }

        return scraped;
    }

    private static Task<string> ScrapeAsync(HttpClient client) =>
        client.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

    /// <summary>The sum of a metric over its tags; 0 where it is not there.</summary>
    private static double Sum(string scraped, string name) => scraped.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
        .Sum(line => double.Parse(
            line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0],
            CultureInfo.InvariantCulture));
}
