using Baton.Silo.Memory;

namespace Baton.Silo.Tests.Memory;

public sealed unsafe class KvLeaseWordsTests
{
    private readonly long[] _segment = GC.AllocateArray<long>(KvLeaseWords.Count, pinned: true);

    private nint Segment => System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(_segment, 0);

    [Fact]
    public void Holds_OnlyTheLeaseThatIsThereAndOnlyTillItIsCleared()
    {
        var words = new KvLeaseWords(Segment);
        var (first, second) = (words.Take(17), words.Take(18));

        Assert.True(KvLeaseWords.Holds(Segment, first, 17));
        Assert.True(KvLeaseWords.Holds(Segment, second, 18));
        Assert.False(KvLeaseWords.Holds(Segment, first, 18));
        words.Clear(first);
        Assert.False(KvLeaseWords.Holds(Segment, first, 17));
        words.Take(19);
        Assert.False(KvLeaseWords.Holds(Segment, first, 17));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(int.MaxValue)]
    [InlineData(KvLeaseWords.Count)]
    public void Holds_NoWord_IsFalse(int word) => Assert.False(KvLeaseWords.Holds(Segment, word, 0));

    [Fact]
    public void Take_MoreThanThereAre_IsRefusedUntilOneIsCleared()
    {
        var words = new KvLeaseWords(Segment);
        for (var i = 0; i < KvLeaseWords.Count; i++)
            Assert.InRange(words.Take(i + 1), 0, KvLeaseWords.Count - 1);

        Assert.True(words.Take(5000) < 0);
        words.Clear(7);
        Assert.Equal(7, words.Take(5000));
    }
}
