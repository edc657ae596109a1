namespace Baton.Oracle;

/// <summary>down(silu(gate x) * up x).</summary>
public sealed class FeedForwardLayer(OracleConfig config, WeightFolder weights, string prefix)
{
    private readonly Projection _gate = Projection.Read(
        weights, prefix + "gate_proj", prefix + "gate_up_proj", 0, config.Intermediate, config.Hidden);
    private readonly Projection _up = Projection.Read(
        weights, prefix + "up_proj", prefix + "gate_up_proj", config.Intermediate, config.Intermediate, config.Hidden);
    private readonly Projection _down = Projection.Read(weights, prefix + "down_proj", config.Intermediate);

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
}
