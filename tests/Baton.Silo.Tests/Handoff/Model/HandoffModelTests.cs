using Baton.Silo.Tests.Support;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>
/// Thousands of schedules of the real protocol. Whatever happens: each handoff ends once on each side that lives, all
/// blocks, credits and leases come back, nothing is written after it was freed, and what landed is whole and right.
/// </summary>
public sealed class HandoffModelTests
{
    private const int Schedules = 3000;

    private static readonly string[] _mustCome =
    [
        "decode landed", "decode forgotten", "decode lease", "decode checksum", "decode timeout", "decode peer-gone",
        "prefill Landed ", "prefill Finished ", "prefill Aborted cancelled", "prefill LeaseExpired lease",
        "prefill Failed peer-gone", "prefill Failed publish", "prefill Failed fingerprint",
    ];

    [Fact]
    public async Task Schedule_AnySeed_EndsEveryHandoffOnceAndLandsOnlyWholeOnes()
    {
        var schedules = 0;
        var ends = new SortedDictionary<string, int>(StringComparer.Ordinal);
        await Seeds.Run(() => schedules >= Schedules, async seed =>
        {
            schedules++;
            // Not disposed when it fails: what hangs then hangs in there too.
            var model = new HandoffModel(seed);
            model.Run();
            model.AssertEnd();
            await model.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Count(ends, "deaths", model.Deaths);
            Count(ends, "forged", model.Forged);
            foreach (var handoff in model.Handoffs)
            {
                handoff.Arrived.ForEach(end => Count(ends, $"decode {end}"));
                handoff.Released.ForEach(end => Count(ends, $"prefill {end.Outcome} {end.Reason}"));
            }
        });

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', ends.Select(e => $"{e.Value,8} {e.Key}")));
        // A model in which nothing lands, or nothing fails, shows nothing.
        if (schedules >= Schedules)
            Assert.All(_mustCome, end => Assert.True(ends.GetValueOrDefault(end) > 20, $"{end}: {ends.GetValueOrDefault(end)}"));
    }

    [Fact]
    public async Task Schedule_OfOneSeed_IsReplayedToTheLetter()
    {
        Assert.Equal(await Play(), await Play());

        static async Task<string> Play()
        {
            await using var model = new HandoffModel(4711);
            model.Run();
            return string.Join('\n', model.Handoffs.Select(h =>
                $"{h.Key} {string.Join(' ', h.Released)} {string.Join(' ', h.Arrived)}")) + model.Random.Next();
        }
    }

    private static void Count(SortedDictionary<string, int> ends, string end, int times = 1) =>
        ends[end] = ends.GetValueOrDefault(end) + times;
}
