namespace Baton.Oracle;

/// <summary>Rotary position embedding, "rotate half" layout: element i turns with element i + half.</summary>
public sealed class Rotary
{
    private readonly double[] _frequencies;

    public Rotary(OracleConfig config)
    {
        _frequencies = new double[config.HeadSize / 2];
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var frequency = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadSize);
            _frequencies[i] = config.Scaling?.Scale(frequency) ?? frequency;
        }
    }

    /// <summary>Turns every head of <paramref name="heads"/> in place.</summary>
    public void Apply(Span<double> heads, int position)
    {
        var half = _frequencies.Length;
        for (var start = 0; start < heads.Length; start += 2 * half)
        {
            for (var i = 0; i < half; i++)
            {
                var (sin, cos) = Math.SinCos(position * _frequencies[i]);
                double first = heads[start + i], second = heads[start + half + i];
                heads[start + i] = (first * cos) - (second * sin);
                heads[start + half + i] = (second * cos) + (first * sin);
            }
        }
    }
}
