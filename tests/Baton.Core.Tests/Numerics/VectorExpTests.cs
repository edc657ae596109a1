using System.Runtime.Intrinsics;
using Baton.Core.Numerics;

namespace Baton.Core.Tests.Numerics;

public sealed class VectorExpTests
{
    [Fact]
    public void Of_WholeRange_IsRightToTheLastPlaces()
    {
        for (var x = -79.99f; x < 88.3f; x += 0.00917f)
        {
            var exact = Math.Exp(x);
            Assert.InRange(VectorExp.Of(Vector256.Create(x))[3], exact * (1 - 2.5e-7), exact * (1 + 2.5e-7));
        }
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-80.1f, 0f)]
    [InlineData(-1000f, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    public void Of_Ends_AreTheirLimits(float x, float expected) =>
        Assert.Equal(expected, VectorExp.Of(Vector256.Create(x))[0]);
}
