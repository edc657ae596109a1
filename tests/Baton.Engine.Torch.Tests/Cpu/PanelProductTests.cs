using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Tests.Cpu;

public sealed unsafe class PanelProductTests
{
    private readonly Random _random = new(11);

    [Theory]
    [InlineData("F32", WeightFormat.F32, false, 1e-4)]
    [InlineData("F32", WeightFormat.F32, true, 1e-4)]
    [InlineData("F16", WeightFormat.F32, true, 1e-4)]
    [InlineData("BF16", WeightFormat.F32, true, 1e-4)]
    [InlineData("BF16", WeightFormat.BF16, false, 1e-4)]
    [InlineData("BF16", WeightFormat.BF16, true, 1e-4)]
    [InlineData("F32", WeightFormat.Int8, false, 0.05)]
    [InlineData("F32", WeightFormat.Int8, true, 0.05)]
    public void Run_AnyShape_IsTheProductInFloat64(string stored, WeightFormat format, bool wide, double tolerance)
    {
        for (var round = 0; round < 60; round++)
        {
            int rows = 1 + _random.Next(20), inputs = 1 + _random.Next(round % 3 == 0 ? 700 : 70);
            using var matrix = new StoredMatrix(_random, stored, inputs, 1 + _random.Next(70), 1 + _random.Next(40));
            using var packed = new PanelPacker(format, 2).Pack(matrix.Linear);
            using var threads = new CpuThreads(1 + (round % 3));
            using var matMul = new MatMul(threads, wide);
            var (x, y) = (Numbers(rows * inputs), Numbers(rows * packed.Outputs));
            var (add, result) = (round % 2 == 1, y.ToArray());
            fixed (float* px = x, pr = result)
                matMul.Run(px, inputs, rows, packed, pr, packed.Outputs, add);

            for (var i = 0; i < y.Length; i++)
            {
                var (r, o) = (i / packed.Outputs, i % packed.Outputs);
                var expected = Enumerable.Range(0, inputs).Sum(k => (double)x[(r * inputs) + k] * matrix.Weight(o, k));
                Assert.Equal(expected + matrix.Bias(o) + (add ? y[i] : 0), result[i], tolerance);
            }
        }
    }

    // Every tile's sums in the order of the plainest loop there is: what stands in the results depends on no tile.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Run_AnyShape_AddsInOneOrder(bool wide)
    {
        for (var round = 0; round < 40; round++)
        {
            int rows = 1 + _random.Next(14), inputs = 1 + _random.Next(600);
            using var matrix = new StoredMatrix(_random, "F32", inputs, 1 + _random.Next(150));
            using var packed = new PanelPacker(WeightFormat.F32, 1).Pack(matrix.Linear);
            using var threads = new CpuThreads(1);
            using var matMul = new MatMul(threads, wide);
            var x = Numbers(rows * inputs);
            var result = new float[rows * packed.Outputs];
            fixed (float* px = x, pr = result)
                matMul.Run(px, inputs, rows, packed, pr, packed.Outputs, add: false);

            for (var i = 0; i < result.Length; i++)
                Assert.Equal(InOrder(x.AsSpan(i / packed.Outputs * inputs, inputs), matrix, i % packed.Outputs), result[i]);
        }
    }

    private static float InOrder(ReadOnlySpan<float> x, StoredMatrix matrix, int output)
    {
        float? total = null;
        var stretch = PackedMatrix.StretchOf(x.Length);
        for (var first = 0; first < x.Length; first += stretch)
        {
            var sum = 0f;
            for (var i = first; i < Math.Min(x.Length, first + stretch); i++)
                sum = MathF.FusedMultiplyAdd(x[i], matrix.Weight(output, i), sum);

            total = total is { } before ? sum + before : sum;
        }

        return total!.Value + matrix.Bias(output);
    }

    private float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(_random.NextDouble() - 0.5))];

    /// <summary>A projection of several tensors with biases, in a file.</summary>
    private sealed class StoredMatrix : IDisposable
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("baton-matrix-").FullName;
        private readonly Checkpoint _checkpoint;
        private readonly List<float[]> _rows = [];
        private readonly List<float> _biases = [];

        public StoredMatrix(Random random, string type, int inputs, params int[] outputs)
        {
            var tensors = outputs.SelectMany((count, i) => ((string, int[])[])[($"w{i}", [count, inputs]), ($"b{i}", [count])])
                .Select(t => (t.Item1, t.Item2, Safetensors.Values(t.Item2, type, () => (float)(random.NextDouble() - 0.5))))
                .ToArray();
            Safetensors.Write(Path.Combine(_folder, "model.safetensors"), type, tensors);
            _checkpoint = Checkpoint.Open(_folder);
            Linear = new StoredLinear(
                [.. outputs.Select((count, i) => _checkpoint.Get($"w{i}", count, inputs))],
                [.. outputs.Select((count, i) => _checkpoint.Get($"b{i}", count))]);
            for (var o = 0; o < Linear.Outputs; o++)
            {
                var row = new float[inputs];
                Linear.Read(o, 0, row);
                _rows.Add(row);
            }

            foreach (var (bias, _) in Linear.BiasParts())
            {
                var values = new float[bias.Shape[0]];
                bias.Read(0, values);
                _biases.AddRange(values);
            }
        }

        public StoredLinear Linear { get; }

        public float Weight(int output, int input) => _rows[output][input];

        public float Bias(int output) => _biases[output];

        public void Dispose()
        {
            _checkpoint.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
