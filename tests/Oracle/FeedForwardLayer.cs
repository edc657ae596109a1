namespace Baton.Oracle;

/// <summary>down(silu(gate x) * up x).</summary>
public sealed class FeedForwardLayer(OracleConfig config, WeightFolder weights, string prefix)
{
    private readonly Projection _gate = Read(weights, prefix + "gate_proj", config.Hidden);
    private readonly Projection _up = Read(weights, prefix + "up_proj", config.Hidden);
    private readonly Projection _down = Read(weights, prefix + "down_proj", config.Intermediate);

    public double[] Apply(ReadOnlySpan<double> input)
    {
        var gate = _gate.Apply(input);
        var up = _up.Apply(input);
        for (var i = 0; i < gate.Length; i++)
        {
            gate[i] = gate[i] / (1 + Math.Exp(-gate[i])) * up[i];
        }

        return _down.Apply(gate);
    }

    private static Projection Read(WeightFolder weights, string name, int inputs) =>
        new(weights[name + ".weight"], inputs, weights.Optional(name + ".bias"));
}
