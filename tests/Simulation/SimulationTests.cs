namespace Baton.Simulation;

/// <summary>
/// Thousands of worlds. Whatever happens in one: no token is lost, doubled or out of order, every request ends once, and
/// every block, lease and credit comes back.
/// </summary>
public sealed class SimulationTests
{
    private const int Shards = 10;
    private const int SeedsOfAShard = 520;

    private static readonly string[] _mustCome =
    [
        "request done", "request error: cancelled", "request error: worker_failed", "adopted", "late token",
        "crash", "crash of a gateway", "restart", "hang", "hang for long", "drain", "leave", "cut off", "moved",
        "landed", "transfer failed: checksum", "transfer failed: connection", "transfer failed: lease",
        "transfer failed: timeout", "handoff Landed", "handoff Finished", "handoff Aborted", "handoff Failed",
        "handoff LeaseExpired", "lost", "repeated",
    ];

    public static TheoryData<int> AllShards => [.. Enumerable.Range(0, Shards)];

    [Theory]
    [MemberData(nameof(AllShards))]
    public async Task World_AnySeed_LosesAndLeavesNothing(int shard)
    {
        if (Seeds.Only is { } only)
        {
            await Seeds.Hold(shard == 0 ? [only] : []);
            return;
        }

        var counts = await Seeds.Hold(Enumerable.Range(shard * SeedsOfAShard, SeedsOfAShard));

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', counts.Select(c => $"{c.Value,8} {c.Key}")));
        // A simulation in which nothing lands, or nothing fails, shows nothing.
        Assert.All(_mustCome, what => Assert.True(counts.ContainsKey(what), $"no seed had: {what}"));
    }
}
