using Baton.Grains.Placement;

namespace Baton.Silo.Tests.Placement;

public sealed class NodeNameTests
{
    [Theory]
    [InlineData("3", "3.2")]
    [InlineData("3.2", "3.3")]
    [InlineData("3.9", "3.10")]
    [InlineData("baton-decode-0", "baton-decode-0.2")]
    [InlineData("a.b", "a.b.2")]
    [InlineData("a.", "a..2")]
    public void NextLife_AnyNode_HasANameOfItsOwn(string node, string next) => Assert.Equal(next, NodeName.NextLife(node));
}
