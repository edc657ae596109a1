using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Tests.Support;
using Baton.Engine.Torch.Weights;

namespace Baton.Engine.Torch.Tests.Cpu;

/// <summary>Counts the memory of the whole process, so it runs alone.</summary>
[Collection(TorchTests.Name)]
public sealed class CpuWeightsTests
{
    private const int Tries = 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Create_ThatFailsHalfWay_LeavesNothingBehind(bool inTheHead)
    {
        using var folder = new WideModel(layers: 2);
        using var checkpoint = Checkpoint.Open(folder.Folder);
        var whole = new StoredModelReader(ModelConfigReader.Read(folder.Folder), checkpoint).Read();
        var broken = inTheHead
            ? whole with { Head = NoMatrix(whole.Head) }
            : whole with { Layers = [.. whole.Layers[..^1], Broken(whole.Layers[^1])] };
        long size;
        using (var weights = new CpuWeights(whole, WeightFormat.F32, 1))
            size = weights.Bytes;

        Assert.Throws<IndexOutOfRangeException>(() => new CpuWeights(broken, WeightFormat.F32, 1));
        var before = Environment.WorkingSet;
        for (var i = 0; i < Tries; i++)
            Assert.Throws<IndexOutOfRangeException>(() => new CpuWeights(broken, WeightFormat.F32, 1));

        Assert.InRange(Environment.WorkingSet - before, long.MinValue, Tries / 4 * size);
    }

    private static StoredLayer Broken(StoredLayer layer) =>
        layer with { Down = new StoredLinear([NoMatrix(layer.Down.Parts[0])], null) };

    private static StoredTensor NoMatrix(StoredTensor tensor) =>
        tensor with { Entry = tensor.Entry with { Shape = [tensor.Shape[0]] } };
}
