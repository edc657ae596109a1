using Baton.Silo.Handoff;
using Baton.Silo.Tests.Handoff.Fuzz;

namespace Baton.Silo.Tests.Handoff;

public sealed class KvChecksumTests
{
    [Fact]
    public void Append_AnyBlocksHoweverRunsAreCut_IsAsDescribed()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var blockBytes = random.Next(1, 400);
            var body = new byte[random.Next(1, 9) * blockBytes];
            random.NextBytes(body);
            var cut = random.Next(body.Length / blockBytes + 1) * blockBytes;
            var inTwo = new KvChecksum();
            inTwo.Append(body.AsSpan(0, cut), blockBytes);
            inTwo.Append(body.AsSpan(cut), blockBytes);

            var expected = ProtocolOracle.Checksum(body, blockBytes);
            Assert.Equal(expected, inTwo.Value);
            Assert.Equal(expected, HandoffRig.Checksum(body, blockBytes));
        }
    }

    [Fact]
    public void Append_AnythingFlippedSwappedOrMissing_IsAnother()
    {
        const int BlockBytes = 1000;
        var random = new Random(1);
        var body = new byte[4 * BlockBytes];
        random.NextBytes(body);
        var right = HandoffRig.Checksum(body, BlockBytes);
        for (var i = 0; i < 3000; i++)
        {
            var wrong = body.ToArray();
            var (a, b) = (random.Next(body.Length / 8 - 1), random.Next(body.Length / 8 - 1));
            var here = wrong.AsSpan(8 * a, 8);
            var there = wrong.AsSpan(8 * b, 8);
            switch (random.Next(3))
            {
                case 0:
                    here[random.Next(8)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    body.AsSpan(8 * b, 8).CopyTo(here);
                    body.AsSpan(8 * a, 8).CopyTo(there);
                    break;
                default:
                    here.Clear();
                    break;
            }
            Assert.Equal(wrong.AsSpan().SequenceEqual(body), HandoffRig.Checksum(wrong, BlockBytes) == right);
        }
    }
}
