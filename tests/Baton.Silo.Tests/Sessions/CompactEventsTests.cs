using Baton.Contracts.Sessions;
using Baton.Core.Sampling;
using Baton.Grains.Sessions;

namespace Baton.Silo.Tests.Sessions;

public sealed class CompactEventsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Events_AnyLog_AreTheSame(bool hasLogprobs)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var events = Log(new Random(seed), hasLogprobs);
            Assert.Equal(events, new CompactEvents(events));
            Assert.Equal(events.Count, new CompactEvents(events).Count);
            Assert.Equal(
                events.Select(e => e with { Top = null }),
                Packing.Repeat(new CompactEvents(events)).Select(e => e with { Top = null }));
        }
    }

    private static List<SessionEvent> Log(Random random, bool hasLogprobs)
    {
        var events = new List<SessionEvent>();
        for (var i = random.Next(40); i > 0; i--)
        {
            events.Add(new SessionEvent
            {
                Index = events.Count,
                Kind = SessionEventKind.Token,
                Choice = random.Next(3),
                Token = random.Next(1000),
                Text = random.Next(4) == 0 ? "" : new string((char)('a' + random.Next(26)), random.Next(1, 9)),
                Logprob = hasLogprobs ? -random.NextSingle() : float.NaN,
                Top = random.Next(5) == 0 ? [new TokenLogprob(1, -1)] : null,
            });
        }

        events.Add(new SessionEvent
        {
            Index = events.Count,
            Kind = random.Next(2) == 0 ? SessionEventKind.Finish : SessionEventKind.Error,
            Choice = 0,
            Text = "rest",
            Reason = "stop",
            Message = "m",
            StoppedBy = "x",
            CachedTokens = 3,
        });
        return events;
    }
}
