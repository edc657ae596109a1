using Baton.Engine.Torch.Cpu;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed unsafe class Int8InputsTests
{
    private const int Page = 4096;
    private const int Line = 64;

    [Fact]
    public void Of_AnyWidth_NeighbouringRowsBeginInOtherPlacesOfAPage()
    {
        using var threads = new CpuThreads(1);
        using var inputs = new Int8Inputs(threads);
        var row = new float[5000];
        fixed (float* x = row)
        {
            for (var width = 1; width <= row.Length; width++)
            {
                var stride = inputs.Of(x, width, 1, width).StrideBytes;
                Assert.InRange(stride, (width + 1) / 2 * 2 * sizeof(short), (width * sizeof(short)) + (2 * Line));
                var places = Enumerable.Range(0, Page / Line).Select(i => i * stride % Page / Line).Distinct();
                Assert.Equal(Page / Line, places.Count());
            }
        }
    }
}
