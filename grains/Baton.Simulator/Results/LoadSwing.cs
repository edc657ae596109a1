namespace Baton.Simulator.Results;

/// <summary>How the load of the phases moves, from looks at even intervals.</summary>
/// <param name="PrefillVariance">Of the time to a first token, as a share of its target.</param>
/// <param name="DecodeVariance">Of the time of a token, as a share of its target.</param>
/// <param name="Correlation">-1: one phase is idle while the other is full.</param>
public readonly record struct LoadSwing(double PrefillVariance, double DecodeVariance, double Correlation)
{
    internal static LoadSwing Of(IReadOnlyList<(double Prefill, double Decode)> looks)
    {
        if (looks.Count < 2)
            return default;
        double prefill = looks.Average(l => l.Prefill);
        double decode = looks.Average(l => l.Decode);
        double first = looks.Average(l => Math.Pow(l.Prefill - prefill, 2));
        double second = looks.Average(l => Math.Pow(l.Decode - decode, 2));
        double both = looks.Average(l => (l.Prefill - prefill) * (l.Decode - decode));
        return new LoadSwing(first, second, first > 0 && second > 0 ? both / Math.Sqrt(first * second) : 0);
    }
}
