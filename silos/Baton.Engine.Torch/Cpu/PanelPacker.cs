using System.Runtime.CompilerServices;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Cpu;

/// <summary>Turns projections as they lie in files into <see cref="PackedMatrix"/>, panel by panel on some threads.</summary>
internal sealed unsafe class PanelPacker(WeightFormat format, int threads)
{
    private const int Outputs = PackedMatrix.PanelOutputs;

    // Panels of a part: as much of a file is resident at once as all threads' parts.
    private const int PartPanels = 32;

    public PackedMatrix Pack(StoredLinear linear)
    {
        var packed = new PackedMatrix(linear.Outputs, linear.Inputs, FormatOf(linear), linear.Biases is not null);
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads };
            var parts = (packed.Panels + PartPanels - 1) / PartPanels;
            Parallel.For(0, parts, options, part => PackPart(linear, packed, part * PartPanels));
            foreach (var (bias, first) in linear.BiasParts())
                bias.Read(0, new Span<float>(packed.Bias + first, (int)bias.Shape[0]));

            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    // What is asked for; else what loses nothing: bf16 stays as it is, which takes less time to read than it does widened,
    // and all else (f16 too, whose numbers bf16 cannot hold) is f32. A file may have both.
    private WeightFormat FormatOf(StoredLinear linear) => format != WeightFormat.Auto
        ? format
        : linear.IsBF16 ? WeightFormat.BF16 : WeightFormat.F32;

    private static void PackPart(StoredLinear linear, PackedMatrix packed, int first)
    {
        var end = Math.Min(packed.Panels, first + PartPanels);
        var most = packed.StretchInputs;
        var rows = new float[Outputs * most];
        for (var panel = first; panel < end; panel++)
        {
            for (int stretch = 0, done = 0; done < packed.Inputs; stretch++, done += most)
            {
                var inputs = Math.Min(most, packed.Inputs - done);
                for (var o = 0; o < Outputs; o++)
                {
                    var row = rows.AsSpan(o * most, inputs);
                    if ((panel * Outputs) + o < packed.Outputs)
                        linear.Read((panel * Outputs) + o, done, row);
                    else
                        row.Clear();
                }

                fixed (float* from = rows)
                    PackPanel(from, most, inputs, packed.Panel(stretch, panel), packed.Format);
            }
        }

        linear.DropPages(first * Outputs, Math.Min(packed.Outputs, end * Outputs));
    }

    private static void PackPanel(float* rows, int stride, int inputs, byte* to, WeightFormat format)
    {
        switch (format)
        {
            case WeightFormat.Int8:
                PackInt8(rows, stride, inputs, (sbyte*)to);
                break;
            case WeightFormat.BF16:
                PackBF16(rows, stride, inputs, (uint*)to);
                break;
            default:
                PackF32(rows, stride, inputs, (float*)to);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackF32(float* rows, int stride, int inputs, float* to)
    {
        for (var i = 0; i < inputs; i++, to += Outputs)
        {
            for (var o = 0; o < Outputs; o++)
                to[o] = rows[(o * stride) + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackBF16(float* rows, int stride, int inputs, uint* to)
    {
        const int Half = Outputs / 2;
        for (var i = 0; i < inputs; i++, to += Half)
        {
            for (var o = 0; o < Half; o++)
                to[o] = BF16.Round(rows[(o * stride) + i]) | (BF16.Round(rows[((o + Half) * stride) + i]) << 16);
        }
    }

    // An output's weights of a stretch share a scale, so that the largest is 127.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackInt8(float* rows, int stride, int inputs, sbyte* to)
    {
        var pairs = Int8Tiles.Pairs(inputs);
        var scales = (float*)(to + (pairs * 2 * Outputs));
        for (var o = 0; o < Outputs; o++)
        {
            var row = new ReadOnlySpan<float>(rows + (o * stride), inputs);
            var largest = 0f;
            foreach (var weight in row)
                largest = MathF.Max(largest, MathF.Abs(weight));

            scales[o] = largest / sbyte.MaxValue;
            var factor = largest > 0 ? sbyte.MaxValue / largest : 0;
            for (var i = 0; i < 2 * pairs; i++)
                to[(i / 2 * 2 * Outputs) + (2 * o) + (i % 2)] = i < inputs ? (sbyte)MathF.Round(row[i] * factor) : (sbyte)0;
        }
    }
}
