using Baton.Core.Engine;
using Baton.Silo.Memory;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>A worker's blocks: whoever frees one spoils it, and whoever takes one sees whether it was written since.</summary>
internal sealed class ModelPool : IDisposable
{
    private const byte Freed = 0xF5;

    private readonly Random _random;
    private readonly KvLayout _layout;
    private readonly List<int> _free;

    public ModelPool(int blocks, KvLayout layout, Random random)
    {
        (_random, _layout) = (random, layout);
        _free = [.. Enumerable.Range(0, blocks)];
        Memory = new PrivateKvMemory((long)blocks * layout.BlockBytes);
        HandoffRig.Bytes(Memory).Fill(Freed);
    }

    public PrivateKvMemory Memory { get; }

    public int Free => _free.Count;

    public int[] Take(int count)
    {
        var taken = new int[count];
        for (var i = 0; i < count; i++)
        {
            var at = _random.Next(_free.Count);
            taken[i] = _free[at];
            _free.RemoveAt(at);
            AssertUntouched(taken[i]);
        }
        return taken;
    }

    public void Give(int[] given)
    {
        foreach (var block in given)
        {
            Assert.DoesNotContain(block, _free);
            Block(block).Fill(Freed);
            _free.Add(block);
        }
    }

    public Span<byte> Block(int block) =>
        HandoffRig.Bytes(Memory).Slice(block * _layout.BlockBytes, _layout.BlockBytes);

    public void AssertUntouched() => _free.ForEach(AssertUntouched);

    public void Dispose() => Memory.Dispose();

    private void AssertUntouched(int block) =>
        Assert.True(Block(block).IndexOfAnyExcept(Freed) < 0, $"block {block} was written after it was freed");
}
