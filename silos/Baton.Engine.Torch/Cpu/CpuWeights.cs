using System.Runtime.InteropServices;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Cpu;

/// <summary>A layer's weights in memory of our own; norms are f32.</summary>
internal sealed unsafe class CpuLayer(StoredLayer layer, PanelPacker packer) : IDisposable
{
    public float* AttentionNorm { get; } = CpuWeights.Copy(layer.AttentionNorm);

    public PackedMatrix Qkv { get; } = packer.Pack(layer.Qkv);

    /// <summary>[head dim], or null.</summary>
    public float* QueryNorm { get; } = CpuWeights.Copy(layer.QueryNorm);

    /// <summary>[head dim], or null.</summary>
    public float* KeyNorm { get; } = CpuWeights.Copy(layer.KeyNorm);

    public PackedMatrix Output { get; } = packer.Pack(layer.Output);

    public float* MlpNorm { get; } = CpuWeights.Copy(layer.MlpNorm);

    public PackedMatrix GateUp { get; } = packer.Pack(layer.GateUp);

    public PackedMatrix Down { get; } = packer.Pack(layer.Down);

    public long Bytes => Qkv.Bytes + Output.Bytes + GateUp.Bytes + Down.Bytes;

    public void Dispose()
    {
        foreach (var matrix in (PackedMatrix[])[Qkv, Output, GateUp, Down])
            matrix.Dispose();
        NativeMemory.AlignedFree(AttentionNorm);
        NativeMemory.AlignedFree(QueryNorm);
        NativeMemory.AlignedFree(KeyNorm);
        NativeMemory.AlignedFree(MlpNorm);
    }
}

/// <summary>A model's weights as the kernels want them; the embedding stays where it lies in its file.</summary>
internal sealed unsafe class CpuWeights : IDisposable
{
    private readonly StoredTensor _embedding;

    public CpuWeights(StoredModel model, WeightFormat format, int threads)
    {
        var packer = new PanelPacker(format, threads);
        Format = format;
        _embedding = model.Embedding;
        Layers = [.. model.Layers.Select(l => new CpuLayer(l, packer))];
        Norm = Copy(model.Norm);
        Head = packer.Pack(new StoredLinear([model.Head], null));
        StepBytes = Layers.Sum(l => l.Bytes) + Head.Bytes;
        Bytes = StepBytes + (model.Embedding.Entry.End - model.Embedding.Entry.Begin);
    }

    public WeightFormat Format { get; }

    public CpuLayer[] Layers { get; }

    public float* Norm { get; }

    public PackedMatrix Head { get; }

    /// <summary>Bytes that every step reads.</summary>
    public long StepBytes { get; }

    /// <summary>Bytes of all of them, the embedding included.</summary>
    public long Bytes { get; }

    /// <summary>A token's row of the embedding.</summary>
    public void Embed(int token, Span<float> to) => _embedding.Read((long)token * to.Length, to);

    public void Dispose()
    {
        foreach (var layer in Layers)
            layer.Dispose();
        NativeMemory.AlignedFree(Norm);
        Head.Dispose();
    }

    /// <summary>Null for null.</summary>
    internal static float* Copy(StoredTensor? tensor)
    {
        if (tensor is null)
            return null;

        var count = (int)tensor.Shape[0];
        var copy = (float*)NativeMemory.AlignedAlloc((nuint)(count * sizeof(float)), 64);
        tensor.Read(0, new Span<float>(copy, count));
        return copy;
    }
}
