namespace Baton.Core.Costs;

/// <summary>
/// Learns from measured steps by how much a worker is slower or faster than its profile says, prefill and decode apart:
/// least squares of the relative error, older steps counting less. Owned by the engine's thread; what it has found can be
/// read from any.
/// </summary>
public sealed class CostCorrection
{
    // About the last two hundred steps; before as many have been seen the profile counts for twenty.
    private const double Keep = 0.995;
    private const double Doubt = 20;

    // A step during which the machine did something else says nothing of the worker.
    private const double Outlier = 3;
    private const double Least = 0.02;
    private const double Most = 50;

    private readonly WorkerProfile _profile;
    private readonly long _kvTokens;
    private double _pp = Doubt;
    private double _pd;
    private double _dd = Doubt;
    private double _py = Doubt;
    private double _dy = Doubt;
    private double _prefillScale = 1;
    private double _decodeScale = 1;

    /// <param name="profile">What steps are thought to cost.</param>
    /// <param name="kvTokens">Positions of the KV pool.</param>
    public CostCorrection(WorkerProfile profile, long kvTokens) =>
        (_profile, _kvTokens) = (profile, kvTokens);

    /// <summary>The profile as measured so far; made when it is asked for, and not for every step.</summary>
    public WorkerProfile Profile => _profile.Scaled(Scales.Prefill, Scales.Decode);

    /// <summary>What prefill and decode take by what the profile says they do, as measured so far.</summary>
    public (double Prefill, double Decode) Scales => (Volatile.Read(ref _prefillScale), Volatile.Read(ref _decodeScale));

    /// <summary>Takes up how long a step took.</summary>
    public void Add(StepWork work, TimeSpan took)
    {
        double prefill = _profile.PrefillMs(work);
        double sum = _profile.StepMs(work, _kvTokens);
        double expected = (_prefillScale * prefill) + (_decodeScale * (sum - prefill));
        if (sum <= 0 || took <= TimeSpan.Zero)
            return;
        double ms = Math.Clamp(took.TotalMilliseconds, expected / Outlier, expected * Outlier);
        (double p, double d, double y) = (prefill / sum, (sum - prefill) / sum, ms / sum);
        // Each part forgets only when it is seen: hours of decode alone say nothing of prefill.
        (double keepPrefill, double keepDecode) = (p > 0 ? Keep : 1, d > 0 ? Keep : 1);
        _pp = (_pp * keepPrefill) + (p * p);
        _dd = (_dd * keepDecode) + (d * d);
        _pd = (_pd * Math.Sqrt(keepPrefill * keepDecode)) + (p * d);
        _py = (_py * keepPrefill) + (p * y);
        _dy = (_dy * keepDecode) + (d * y);
        Volatile.Write(ref _prefillScale, Scale(_py, _dd, _dy));
        Volatile.Write(ref _decodeScale, Scale(_dy, _pp, _py));
    }

    // Cramer's rule; what both parts share decides nothing where they always come together.
    private double Scale(double own, double other, double otherSum)
    {
        double determinant = (_pp * _dd) - (_pd * _pd);
        return determinant > 0 ? Math.Clamp(((own * other) - (otherSum * _pd)) / determinant, Least, Most) : 1;
    }
}
