using Baton.Core.Sessions;

namespace Baton.Core.Tests.Sessions;

public sealed class StandbyTests
{
    private static readonly string[] Gateways = ["a", "b", "c", "d"];

    [Fact]
    public void Choose_OnlyTheOwnerLives_IsNobody() => Assert.Null(Standby.Choose("r", "a", null, ["a"]));

    [Fact]
    public void Choose_TheCurrentOneLives_StaysThere() => Assert.Equal("c", Standby.Choose("r", "a", "c", Gateways));

    [Fact]
    public void Choose_ManySessions_SpreadOverAllOthersButTheOwner()
    {
        var counts = Enumerable.Range(0, 3000).CountBy(i => Standby.Choose($"r{i}", "a", null, Gateways)!).ToDictionary();

        Assert.Equal(["b", "c", "d"], counts.Keys.Order(StringComparer.Ordinal));
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Choose_AnotherGatewayDies_OnlyItsSessionsMove()
    {
        string[] left = ["a", "b", "c"];
        foreach (string request in Enumerable.Range(0, 500).Select(i => $"r{i}"))
        {
            string before = Standby.Choose(request, "a", null, Gateways)!;
            string after = Standby.Choose(request, "a", null, left)!;
            Assert.True(before == after || before == "d");
        }
    }
}
