using Baton.Contracts;
using Baton.Contracts.Sessions;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Grains.Sessions;

namespace Baton.Silo.Tests.Sessions;

/// <summary>What a session makes of tokens: text, stops, ends.</summary>
public sealed class SessionTextTests
{
    private static readonly WorkerId Worker = new("decode-1", 1);

    [Fact]
    public void Take_TokensBehindAStopThatCameEarly_AreLeftOut()
    {
        var run = Run(stops: ["1 "], minTokens: 0, choices: 2);
        Take(run, index: 1, token: 2);
        Take(run, index: 2, token: 3, FinishReason.Length);
        Take(run, index: 0, token: 1);
        Assert.Equal([SessionEventKind.Token, SessionEventKind.Finish], run.Since(0).Entries.Select(e => e.Kind));
        Assert.False(run.IsEnded);
        Take(run, index: 0, token: 5, FinishReason.Length, choice: 1);
        Assert.True(run.IsEnded);
    }

    [Fact]
    public void Take_StopWithinTheLeastTokens_IsPlainText()
    {
        var run = Run(stops: ["7 "], minTokens: 2);
        Take(run, 0, 7);
        Take(run, 1, 7);
        Take(run, 2, 8);
        Assert.False(run.IsEnded);
        Take(run, 3, 7);
        Assert.True(run.IsEnded);
        Assert.Equal("7 7 8 ", string.Concat(run.Since(0).Entries.Select(e => e.Text)));
    }

    [Fact]
    public void Take_FirstToken_SaysWhatWasCached()
    {
        var run = Run([], 0);
        run.Take(new TokenOutput(new SequenceKey("r", 0, 0), 0, new SampledToken(1, float.NaN, null), null) { Cached = 32 }, Worker);
        Take(run, 1, 2, FinishReason.Length);
        Assert.Equal(32, run.Since(0).Entries[^1].CachedTokens);
    }

    private static SessionRun Run(string[] stops, int minTokens, int choices = 1) => new(
        "r",
        SimulatedCluster.Request(1, promptTokens: 3, maxTokens: 9, choices: choices) with
        {
            StopStrings = stops,
            Stop = new StopRules { MaxTokens = 9, MinTokens = minTokens },
        },
        new NumberTokenizer(),
        TimeProvider.System);

    private static void Take(SessionRun run, int index, int token, FinishReason? finish = null, int choice = 0) =>
        run.Take(new TokenOutput(new SequenceKey("r", choice, 0), index, new SampledToken(token, float.NaN, null), finish), Worker);
}
