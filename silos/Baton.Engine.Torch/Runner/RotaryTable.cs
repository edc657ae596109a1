using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Cosines and sines of the rotary embedding by position, [position][head dim / 2]. Grown as sequences reach further:
/// a table for a context of 128k would take more memory than small models do.
/// </summary>
internal sealed class RotaryTable
{
    private const int GrowBy = 256;

    private readonly double[] _frequencies;
    private readonly List<(float[] Cos, float[] Sin)> _pages = [];

    public RotaryTable(ModelConfig config)
    {
        _frequencies = new double[config.HeadDim / 2];
        for (var i = 0; i < _frequencies.Length; i++)
        {
            var frequency = Math.Pow(config.RopeTheta, -2.0 * i / config.HeadDim);
            _frequencies[i] = config.RopeScaling?.Apply(frequency) ?? frequency;
        }
    }

    /// <summary>Writes the row of <paramref name="position"/>; both spans have head dim / 2 elements.</summary>
    public void CopyRow(int position, Span<float> cos, Span<float> sin)
    {
        while (_pages.Count * GrowBy <= position)
            AddPage();

        var (cosines, sines) = _pages[position / GrowBy];
        var start = position % GrowBy * _frequencies.Length;
        cosines.AsSpan(start, _frequencies.Length).CopyTo(cos);
        sines.AsSpan(start, _frequencies.Length).CopyTo(sin);
    }

    private void AddPage()
    {
        var first = _pages.Count * GrowBy;
        var cos = new float[GrowBy * _frequencies.Length];
        var sin = new float[cos.Length];
        for (var i = 0; i < cos.Length; i++)
        {
            // In double: at position 100,000 a float angle is off by a hundredth.
            var (s, c) = Math.SinCos((first + (i / _frequencies.Length)) * _frequencies[i % _frequencies.Length]);
            cos[i] = (float)c;
            sin[i] = (float)s;
        }

        _pages.Add((cos, sin));
    }
}
