using System.Runtime.InteropServices;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Cpu;

/// <summary>A layer's weights in memory of our own; norms are f32.</summary>
internal sealed unsafe class CpuLayer : IDisposable
{
    public CpuLayer(StoredLayer layer, PanelPacker packer)
    {
        try
        {
            AttentionNorm = CpuWeights.Copy(layer.AttentionNorm);
            QueryNorm = CpuWeights.Copy(layer.QueryNorm);
            KeyNorm = CpuWeights.Copy(layer.KeyNorm);
            MlpNorm = CpuWeights.Copy(layer.MlpNorm);
            Qkv = packer.Pack(layer.Qkv);
            Output = packer.Pack(layer.Output);
            GateUp = packer.Pack(layer.GateUp);
            Down = packer.Pack(layer.Down);
        }
        catch
        {
            // What there is so far is nobody else's.
            Dispose();
            throw;
        }
    }

    public float* AttentionNorm { get; }

    public PackedMatrix Qkv { get; }

    /// <summary>[head dim], or null.</summary>
    public float* QueryNorm { get; }

    /// <summary>[head dim], or null.</summary>
    public float* KeyNorm { get; }

    public PackedMatrix Output { get; }

    public float* MlpNorm { get; }

    public PackedMatrix GateUp { get; }

    public PackedMatrix Down { get; }

    public long Bytes => Qkv.Bytes + Output.Bytes + GateUp.Bytes + Down.Bytes;

    public void Dispose()
    {
        foreach (var matrix in (PackedMatrix?[])[Qkv, Output, GateUp, Down])
            matrix?.Dispose();
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
        _embedding = model.Embedding;
        Layers = new CpuLayer[model.Layers.Length];
        try
        {
            for (var i = 0; i < Layers.Length; i++)
                Layers[i] = new CpuLayer(model.Layers[i], packer);

            Norm = Copy(model.Norm);
            Head = packer.Pack(model.HeadMatrix);
        }
        catch
        {
            Dispose();
            throw;
        }

        StepBytes = Layers.Sum(l => l.Bytes) + Head.Bytes;
        Bytes = StepBytes + (model.Embedding.Entry.End - model.Embedding.Entry.Begin);
    }

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
        foreach (var layer in (CpuLayer?[])Layers)
            layer?.Dispose();
        NativeMemory.AlignedFree(Norm);
        ((PackedMatrix?)Head)?.Dispose();
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
