using Baton.Engine.Torch.Cpu;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed unsafe class DotTileTests
{
    private readonly Random _random = new(11);

    [Fact]
    public void Multiply_AnyShape_IsTheProductInFloat64()
    {
        for (var round = 0; round < 400; round++)
        {
            int rows = 1 + _random.Next(9), outputs = 1 + _random.Next(11), width = 1 + _random.Next(70);
            var (x, w, y) = (Numbers(rows * width), Numbers(outputs * width), Numbers(rows * outputs));
            var add = round % 2 == 1;
            var result = y.ToArray();
            fixed (float* px = x, pw = w, pr = result)
                DotTile.Multiply(px, width, rows, pw, outputs, width, pr, outputs, add);

            for (var i = 0; i < y.Length; i++)
            {
                var (r, o) = (i / outputs, i % outputs);
                Assert.Equal(Expected(x, w, r, o, width) + (add ? y[i] : 0), result[i], 1e-4);
            }
        }
    }

    private static double Expected(float[] x, float[] w, int row, int output, int width) =>
        Enumerable.Range(0, width).Sum(i => (double)x[(row * width) + i] * w[(output * width) + i]);

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() - 0.5))];
}
