using Baton.Contracts.Sessions;
using Baton.Core.Costs;
using Baton.Core.Routing;

namespace Baton.Silo.Tests.Sessions;

/// <summary>Requests through a whole cluster: sessions, routing, handoff over the stream, tokens back.</summary>
public sealed class SessionTests
{
    // A step takes a few milliseconds: long enough to meet a request in every state of its life.
    private static readonly WorkerProfile Slow = SimulatedCluster.Profile with { PrefillConstant = 4, DecodeFloor = 2 };

    [Fact]
    public async Task Start_ManyAtOnce_HandedOverEqualsWhole()
    {
        await using var apart = await SimulatedCluster.StartAsync(prefill: 2, decode: 2);
        await using var whole = await SimulatedCluster.StartAsync(0, 1, DisaggregationMode.Never);
        var requests = Enumerable.Range(0, 40)
            .Select(i => SimulatedCluster.Request(i, promptTokens: 1 + (i * 13 % 200), maxTokens: 1 + (i * 7 % 60), choices: 1 + (i % 3)))
            .ToList();
        var got = await Task.WhenAll(requests.Select((r, i) => apart.RunAsync($"r{i}", r)));
        for (var i = 0; i < requests.Count; i++)
        {
            var expected = await whole.RunAsync($"w{i}", requests[i]);
            for (var choice = 0; choice < requests[i].Choices.Length; choice++)
            {
                Assert.Equal(Tokens(expected, choice), Tokens(got[i], choice));
            }

            Assert.Equal(Enumerable.Range(0, got[i].Count), got[i].Select(e => e.Index));
        }

        await apart.AllReleased();
        var view = await apart.Session("r0").Describe();
        Assert.True(view!.Disaggregated);
        Assert.StartsWith("prefill-", view.PrefillWorker, StringComparison.Ordinal);
        Assert.StartsWith("decode-", view.DecodeWorker, StringComparison.Ordinal);
        Assert.Equal("Done", view.State);
    }

    [Fact]
    public async Task Start_HeavyKv_HandedOverByLayersEqualsWhole()
    {
        // Blocks of a mebibyte: a chunk of four goes in two groups of layers, the first of them before its step ends.
        var profile = Slow with { KvBytesPerToken = 64 << 10, Layers = 4 };
        await using var apart = await SimulatedCluster.StartAsync(1, 1, kvBlocks: 128, profile: profile);
        await using var whole = await SimulatedCluster.StartAsync(
            0, 1, DisaggregationMode.Never, kvBlocks: 128, profile: profile);
        var requests = Enumerable.Range(0, 12)
            .Select(i => SimulatedCluster.Request(i, promptTokens: 40 + (i * 29 % 200), maxTokens: 24)).ToList();
        var got = await Task.WhenAll(requests.Select((r, i) => apart.RunAsync($"r{i}", r)));
        for (var i = 0; i < requests.Count; i++)
        {
            Assert.Equal(Tokens(await whole.RunAsync($"w{i}", requests[i]), 0), Tokens(got[i], 0));
        }

        await apart.AllReleased();
        Assert.True((await apart.Session("r0").Describe())!.Disaggregated);
    }

    [Fact]
    public async Task Start_MoreThanTheDecodePoolHolds_AllFinish()
    {
        // 40 blocks hold five of these at a time: reservations wait in line, and nothing is refused or lost.
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, kvBlocks: 40);
        var all = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            cluster.RunAsync($"r{i}", SimulatedCluster.Request(i, promptTokens: 100, maxTokens: 20))));
        Assert.All(all, events => Assert.Equal(20, Tokens(events, 0).Count));
        await cluster.AllReleased();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cancel_InAnyState_EndsTheLogOnceAndFreesEverything(int seed)
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 2, profile: Slow);
        var random = new Random(seed);
        var runs = Enumerable.Range(0, 40).Select(i => (Id: $"r{i}", CancelAfter: random.Next(-1, 12))).ToList();
        await Task.WhenAll(runs.Select(async run =>
        {
            var session = cluster.Session(run.Id);
            var request = SimulatedCluster.Request(run.Id.GetHashCode(StringComparison.Ordinal) & 0xff, 150, 10);
            Assert.True((await session.Start(request)).Accepted);
            if (run.CancelAfter < 0)
            {
                await session.Cancel();
            }

            var seen = 0;
            var errors = 0;
            await foreach (var entry in session.Read(0))
            {
                Assert.Equal(seen++, entry.Index);
                errors += entry.Kind == SessionEventKind.Error ? 1 : 0;
                if (seen == run.CancelAfter)
                {
                    await session.Cancel();
                }
            }

            Assert.InRange(errors, 0, 1);
            Assert.True(run.CancelAfter is > 10 or >= 0 || errors == 1);
        }));
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Read_FromAnyIndex_ReplaysTheSame()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1);
        var all = await cluster.RunAsync("r", SimulatedCluster.Request(1, 30, 25));
        for (var from = 0; from <= all.Count; from += 5)
        {
            Assert.Equal(all.Skip(from), await SimulatedCluster.ReadAsync(cluster.Session("r"), from));
        }
    }

    [Fact]
    public async Task Start_Repeated_AttachesAndAnotherBodyConflicts()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1);
        var request = SimulatedCluster.Request(1, 30, 5) with { BodyFingerprint = "a" };
        await cluster.RunAsync("r", request);
        var session = cluster.Session("r");
        Assert.Equal(StartOutcome.Attached, (await session.Start(request)).Outcome);
        Assert.Equal(StartOutcome.Conflict, (await session.Start(request with { BodyFingerprint = "b" })).Outcome);
    }

    [Fact]
    public async Task Start_StopString_EndsTheTextAndReleasesTheEngine()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1);
        var request = SimulatedCluster.Request(3, 30, 200);
        var plain = await cluster.RunAsync("plain", request with { Stop = request.Stop with { MaxTokens = 20 } });
        var text = string.Concat(plain.Select(e => e.Text));
        var stop = $" {plain[9].Token} ";
        var stopped = await cluster.RunAsync("stopped", request with { StopStrings = [stop] });
        Assert.Equal(text[..text.IndexOf(stop, StringComparison.Ordinal)], string.Concat(stopped.Select(e => e.Text)));
        Assert.Equal("stop", stopped[^1].Reason);
        Assert.Equal(stop, stopped[^1].StoppedBy);
        await cluster.AllReleased();
    }

    [Fact]
    public async Task Start_NoWorkerOfAPhase_IsRefusedAfterTheQueuesTimeToLive()
    {
        await using var cluster = await SimulatedCluster.StartAsync(
            0, 1, DisaggregationMode.Always, sessions: o => o.QueueTtl = TimeSpan.FromMilliseconds(100));
        var result = await cluster.Session("r").Start(SimulatedCluster.Request(1, 30, 5));
        Assert.Equal(StartOutcome.NoWorker, result.Outcome);
        Assert.Contains("prefill", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_LargerThanEveryPool_IsImpossible()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, kvBlocks: 10);
        var result = await cluster.Session("r").Start(SimulatedCluster.Request(1, 200, 5));
        Assert.Equal(StartOutcome.Impossible, result.Outcome);
    }

    [Theory]
    [InlineData(AdmissionMode.CurrentLoad)]
    [InlineData(AdmissionMode.PredictedLoad)]
    public async Task Start_FirstTokenWouldBeLate_IsRefusedUntilTheQueueIsGone(AdmissionMode mode)
    {
        var slow = SimulatedCluster.Profile with { PrefillLinear = 2 };
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, profile: slow, sessions: o =>
            o.Admission = new AdmissionOptions { Mode = mode, Ttft = TimeSpan.FromMilliseconds(500), Tpot = TimeSpan.FromSeconds(10) });
        var requests = Enumerable.Range(0, 8).Select(i => SimulatedCluster.Request(i, 100, maxTokens: 4)).ToList();

        // Each takes two fifths of what the first token may take: two have room at a time.
        var started = await Task.WhenAll(requests.Select((r, i) => cluster.Session($"r{i}").Start(r)));

        Assert.Equal(2, started.Count(s => s.Accepted));
        Assert.All(started.Where(s => !s.Accepted), s =>
        {
            Assert.Equal(StartOutcome.Overloaded, s.Outcome);
            Assert.Contains("of its target", s.Message, StringComparison.Ordinal);
            Assert.True(s.RetryAfter >= TimeSpan.FromSeconds(1));
        });
        await cluster.AllReleased();
        await cluster.Eventually(() => cluster.Table.Active == 0);
        Assert.True((await cluster.Session("later").Start(requests[0])).Accepted);
    }

    [Fact]
    public async Task End_MoreLogsThanMayBeKept_TheOldestGo()
    {
        await using var cluster = await SimulatedCluster.StartAsync(1, 1, sessions: o => o.MaxKeptBytes = 4_000);
        for (var i = 0; i < 6; i++)
        {
            await cluster.RunAsync($"r{i}", SimulatedCluster.Request(i, 40, maxTokens: 55));
        }

        await cluster.Eventually(() => cluster.Ended.Find("r5") is not null);
        Assert.InRange(cluster.Ended.Count, 1, 4);
        Assert.InRange(cluster.Ended.Find("r5")!.Bytes, 500, 2_000);
        Assert.Null(await cluster.Session("r0").Describe());
        Assert.Equal(56, (await SimulatedCluster.ReadAsync(cluster.Session("r5"), 0)).Count);
    }

    [Fact]
    public async Task Start_TooManyWaiting_IsOverloaded()
    {
        await using var cluster = await SimulatedCluster.StartAsync(
            1, 1, profile: Slow with { PrefillConstant = 500 }, sessions: o => o.MaxQueued = 3);
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            cluster.Session($"r{i}").Start(SimulatedCluster.Request(i, 500, 5))));
        Assert.Contains(results, r => r.Outcome == StartOutcome.Overloaded);
        Assert.Contains(results, r => r.Outcome == StartOutcome.Started);
    }

    [Theory]
    [InlineData("prefill")]
    [InlineData("decode")]
    public async Task Kill_AWorkerMidway_OthersFinishWithTheSameTokens(string role)
    {
        await using var whole = await SimulatedCluster.StartAsync(0, 1, DisaggregationMode.Never);
        await using var cluster = await SimulatedCluster.StartAsync(2, 2, profile: Slow);
        var runs = Enumerable.Range(0, 16).Select(i =>
            cluster.RunAsync($"r{i}", SimulatedCluster.Request(i, 60, 60))).ToList();
        await cluster.Eventually(() => cluster.Table.Waiting < 12);
        var victim = cluster.Workers.First(w => w.Id.Name.StartsWith(role, StringComparison.Ordinal)).Id.Name;
        await cluster.KillAsync(victim);
        var got = await Task.WhenAll(runs);
        for (var i = 0; i < got.Length; i++)
        {
            var expected = await whole.RunAsync($"w{i}", SimulatedCluster.Request(i, 60, 60));
            Assert.Equal(Tokens(expected, 0), Tokens(got[i], 0));
        }

        await cluster.AllReleased();
    }

    private static List<int> Tokens(IEnumerable<SessionEvent> events, int choice) =>
        [.. events.Where(e => e.Kind == SessionEventKind.Token && e.Choice == choice).Select(e => e.Token)];
}
