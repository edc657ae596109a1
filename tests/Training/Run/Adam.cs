using static TorchSharp.torch;

namespace Baton.Training.Run;

/// <summary>Adam for the tensors that <see cref="Muon"/> does not own: the embedding and the norms.</summary>
public sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.98;
    private readonly List<(string Name, Tensor Weight, Tensor Mean, Tensor Variance)> _tensors = [];

    public Adam(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        foreach (var (name, weight) in tensors)
        {
            _tensors.Add((name, weight, Zeros(weight), Zeros(weight)));
        }
    }

    public IEnumerable<(string Name, Tensor State)> States =>
        _tensors.SelectMany(t => new[] { (t.Name + ".mean", t.Mean), (t.Name + ".variance", t.Variance) });

    public void Step(double rate, int step)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        double correction1 = 1 - Math.Pow(Beta1, step), correction2 = 1 - Math.Pow(Beta2, step);
        foreach (var (_, weight, mean, variance) in _tensors)
        {
            var gradient = weight.grad!;
            mean.mul_(Beta1).add_(gradient, 1 - Beta1);
            variance.mul_(Beta2).addcmul_(gradient, gradient, 1 - Beta2);
            var denominator = (variance / correction2).sqrt_().add_(1e-8);
            weight.addcdiv_(mean, denominator, -rate / correction1);
        }
    }

    public void Dispose()
    {
        foreach (var (_, _, mean, variance) in _tensors)
        {
            mean.Dispose();
            variance.Dispose();
        }
    }

    private static Tensor Zeros(Tensor like) => zeros_like(like).detach().requires_grad_(false);
}
