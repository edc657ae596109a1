using System.Security.Cryptography;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed unsafe class KvCopyTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 0, 100)]
    [InlineData(0, 0, 64 << 10)]
    [InlineData(3, 5, (64 << 10) + 77)]
    [InlineData(63, 1, (1 << 20) - 1)]
    [InlineData(16, 48, 256 << 10)]
    public void Copy_AnyAlignmentAndLength_CopiesThatAndNoMore(int from, int to, int bytes)
    {
        var source = RandomNumberGenerator.GetBytes(bytes + 128);
        var destination = new byte[bytes + 256];

        fixed (byte* start = source)
            KvCopy.Copy(start + from, destination.AsSpan(to, bytes));

        Assert.Equal(source.AsSpan(from, bytes), destination.AsSpan(to, bytes));
        Assert.Equal(-1, destination.AsSpan(0, to).IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, destination.AsSpan(to + bytes).IndexOfAnyExcept((byte)0));
    }
}
