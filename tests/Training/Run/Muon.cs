using Baton.Training.Model;
using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>
/// Momentum whose update is made orthogonal by a few Newton-Schulz steps: for small models it reaches a given loss
/// in clearly fewer tokens than Adam, and tokens are what a CPU run is short of. For matrices inside the layers only.
/// </summary>
public sealed class Muon : IDisposable
{
    private const double Momentum = 0.95;
    private readonly List<(string Name, Tensor Weight, Tensor Velocity)> _matrices = [];

    public Muon(LlamaWeights weights)
    {
        foreach (var (name, weight) in weights.Tensors.Where(t => Owns(t.Key, t.Value)))
        {
            _matrices.Add((name, weight, zeros_like(weight).detach().requires_grad_(false)));
        }
    }

    public static bool Owns(string name, Tensor weight) => weight.dim() == 2 && name != LlamaWeights.Embedding;

    public IEnumerable<(string Name, Tensor State)> States => _matrices.Select(m => (m.Name + ".velocity", m.Velocity));

    public void Step(double rate, double decay)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();

        // Matrices of one shape go through the iteration together: a few big products in place of many small ones.
        foreach (var group in _matrices.GroupBy(m => (Wide(m.Weight), m.Weight.numel())))
        {
            var items = group.ToArray();
            var directions = Orthogonal(stack(items.Select(Direction)));
            for (var i = 0; i < items.Length; i++)
            {
                Apply(items[i].Weight, directions[i], rate, decay);
            }
        }
    }

    public void Dispose() => _matrices.ForEach(m => m.Velocity.Dispose());

    private static long Wide(Tensor weight) => Math.Max(weight.shape[0], weight.shape[1]);

    private static bool Tall(Tensor weight) => weight.shape[0] > weight.shape[1];

    private static Tensor Direction((string Name, Tensor Weight, Tensor Velocity) matrix)
    {
        var gradient = matrix.Weight.grad!;
        matrix.Velocity.mul_(Momentum).add_(gradient, 1 - Momentum);
        var ahead = matrix.Velocity * Momentum + gradient * (1 - Momentum);
        return Tall(matrix.Weight) ? ahead.transpose(0, 1) : ahead;
    }

    private static void Apply(Tensor weight, Tensor direction, double rate, double decay)
    {
        var scale = Math.Sqrt(Math.Max(1.0, (double)weight.shape[0] / weight.shape[1]));
        var update = Tall(weight) ? direction.transpose(0, 1) : direction;
        weight.mul_(1 - (rate * decay)).add_(update, -rate * scale);
    }

    private static Tensor Orthogonal(Tensor batch)
    {
        var x = batch / batch.square().sum([1L, 2L], keepdim: true).sqrt().add(1e-7);
        x = x.to(ScalarType.BFloat16);
        for (var i = 0; i < 5; i++)
        {
            var a = x.bmm(x.transpose(1, 2));
            var b = (a * -4.7750) + (a.bmm(a) * 2.0315);
            x = (x * 3.4445) + b.bmm(x);
        }

        return x.to(ScalarType.Float32);
    }
}
