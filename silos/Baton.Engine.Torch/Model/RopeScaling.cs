namespace Baton.Engine.Torch.Model;

/// <summary>Llama 3's stretch of the rotary frequencies: long waves slower by the factor, short ones kept.</summary>
/// <param name="Factor">How many times slower the long waves turn.</param>
/// <param name="LowFrequencyFactor">Waves longer than original context / this are fully stretched.</param>
/// <param name="HighFrequencyFactor">Waves shorter than original context / this are kept.</param>
/// <param name="OriginalContext">Positions the model was first trained on.</param>
public sealed record RopeScaling(
    double Factor, double LowFrequencyFactor, double HighFrequencyFactor, int OriginalContext)
{
    /// <summary>
    /// The stretched frequency, radians a position; in between the two limits the stretch is blended.
    /// </summary>
    public double Apply(double frequency)
    {
        var turns = OriginalContext * frequency / Math.Tau;
        if (turns > HighFrequencyFactor)
            return frequency;

        if (turns < LowFrequencyFactor)
            return frequency / Factor;

        var keep = (turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor);
        return ((1 - keep) * frequency / Factor) + (keep * frequency);
    }
}
