using System.Runtime.Intrinsics;
using Baton.Engine.Torch.Cpu;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed unsafe class BF16Tests
{
    [Fact]
    public void Round_EightAtATime_IsRoundOfEach()
    {
        var random = new Random(11);
        uint[] special = [0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7f80_0001, 0xffff_ffff, 0x7f7f_ffff, 0x3f80_8000, 0x3f81_8000, 1];
        var bits = stackalloc uint[8];
        var stored = stackalloc ushort[8];
        for (var round = 0; round < 100_000; round++)
        {
            for (var i = 0; i < 8; i++)
                bits[i] = random.Next(4) == 0 ? special[random.Next(special.Length)] : (uint)random.NextInt64(1L << 32);

            BF16Numbers.Store(Vector256.Load(bits).AsSingle(), (byte*)stored);
            var widened = BF16.Widen(stored).AsUInt32();
            for (var i = 0; i < 8; i++)
            {
                var alone = BF16.Round(BitConverter.UInt32BitsToSingle(bits[i]));
                Assert.Equal(alone, stored[i]);
                Assert.Equal(alone << 16, widened[i]);
            }
        }
    }

    [Theory]
    [InlineData(0x7f80_0001, 0x7fc0)]
    [InlineData(0xffff_ffff, 0xffff)]
    [InlineData(0x3f80_8000, 0x3f80)]
    [InlineData(0x3f81_8000, 0x3f82)]
    [InlineData(0x7f7f_ffff, 0x7f80)]
    public void Round_TiesGoToEven_NumbersThatAreNoneStayNone(uint from, uint to) =>
        Assert.Equal(to, BF16.Round(BitConverter.UInt32BitsToSingle(from)));
}
