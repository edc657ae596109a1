using Baton.Core.Routing;

namespace Baton.Core.Tests.Routing;

public sealed class SentSinceTests
{
    [Fact]
    public void Reported_SecondReportAfter_KnowsOfIt()
    {
        var sent = new SentSince();
        sent.Add(report: 3, tokens: 100);
        sent.Add(report: 4, tokens: 50);
        sent.Reported(4);
        Assert.Equal((150, 2), (sent.Tokens, sent.Sequences));
        sent.Reported(5);
        Assert.Equal((50, 1), (sent.Tokens, sent.Sequences));
        sent.Reported(6);
        Assert.Equal((0, 0), (sent.Tokens, sent.Sequences));
    }

    [Fact]
    public void Restart_OfAWorkerThatCountsAnew_OnlyWhatIsHeldStays()
    {
        var sent = new SentSince();
        sent.Hold(7);
        sent.Add(report: 400_000, tokens: 100);
        sent.Restart();
        Assert.Equal((7, 1), (sent.Tokens, sent.Sequences));
        sent.Add(report: 2, tokens: 50);
        sent.Reported(4);
        sent.Free(7);
        Assert.Equal((0, 0), (sent.Tokens, sent.Sequences));
    }
}
