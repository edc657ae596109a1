using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvChecksumTests
{
    [Fact]
    public void Of_TheCheckString_IsTheStandardValue() => Assert.Equal(0xE3069283, KvChecksum.Of("123456789"u8));

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(12287)]
    [InlineData(12288)]
    [InlineData(100_003)]
    public void Append_AnyLengthAndCut_IsTheBytewiseValue(int length)
    {
        var random = new Random(length);
        var bytes = new byte[length];
        random.NextBytes(bytes);
        var cut = random.Next(length + 1);
        var inTwo = new KvChecksum();
        inTwo.Append(bytes.AsSpan(0, cut));
        inTwo.Append(bytes.AsSpan(cut));

        var expected = Bytewise(bytes);
        Assert.Equal(expected, KvChecksum.Of(bytes));
        Assert.Equal(expected, inTwo.Value);
    }

    private static uint Bytewise(byte[] bytes)
    {
        var register = uint.MaxValue;
        foreach (var b in bytes)
        {
            register ^= b;
            for (var bit = 0; bit < 8; bit++)
                register = (register >> 1) ^ ((register & 1) * 0x82F63B78);
        }
        return ~register;
    }
}
