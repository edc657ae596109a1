using System.IO.Hashing;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvChecksumTests
{
    [Fact]
    public void Append_HoweverRunsAreCut_IsTheSame()
    {
        const int BlockBytes = 48;
        var random = new Random(1);
        var bytes = new byte[20 * BlockBytes];
        random.NextBytes(bytes);
        for (var i = 0; i < 100; i++)
        {
            var cut = random.Next(21) * BlockBytes;
            var inTwo = new KvChecksum();
            inTwo.Append(bytes.AsSpan(0, cut), BlockBytes);
            inTwo.Append(bytes.AsSpan(cut), BlockBytes);
            Assert.Equal(HandoffRig.Checksum(bytes, BlockBytes), inTwo.Value);
        }
    }

    [Fact]
    public void Append_OneBlock_IsItsHash() =>
        Assert.Equal(XxHash3.HashToUInt64("a block"u8), HandoffRig.Checksum("a block"u8, 7));

    [Fact]
    public void Append_BlocksSwapped_IsAnother()
    {
        byte[] there = [.. Enumerable.Repeat((byte)1, 16), .. Enumerable.Repeat((byte)2, 16)];
        byte[] back = [.. there[16..], .. there[..16]];
        Assert.NotEqual(HandoffRig.Checksum(there, 16), HandoffRig.Checksum(back, 16));
    }
}
