using Baton.Oracle;
using Baton.Training.Model;
using static TorchSharp.torch;

namespace Baton.Training.Commands;

/// <summary>Reads an exported folder back: the rounded weights, as everyone else will see them.</summary>
public static class ReleasedWeights
{
    public static LlamaWeights Read(string folder)
    {
        var weights = new LlamaWeights(new LlamaShape(), seed: 0);
        var released = new WeightFolder(folder);
        using var off = no_grad();
        foreach (var (name, target) in weights.Tensors)
        {
            using var values = tensor(released[name], target.shape);
            target.copy_(values);
        }

        return weights;
    }
}
