using Baton.Core.Costs;

namespace Baton.Engine.Simulated;

/// <summary>What a simulated engine pretends to be.</summary>
public sealed record SimulationOptions
{
    public WorkerProfile Profile { get; init; } = PublishedProfiles.Mocker;

    /// <summary>Divides all times.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>Lowest token id that is drawn: those below are left to special tokens.</summary>
    public int FirstToken { get; init; }

    /// <summary>
    /// Mean length of the outputs; each ends with an end token at a length drawn from its seed. Null: only the
    /// request's own bounds end an output.
    /// </summary>
    public double? MeanOutputTokens { get; init; }

    /// <summary>Mixed into every draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>Throws where an option makes no sense.</summary>
    public void Validate()
    {
        ArgumentNullException.ThrowIfNull(Profile);
        if (!(Speed > 0) || double.IsInfinity(Speed))
            throw new ArgumentOutOfRangeException(nameof(Speed), Speed, "The speed must be a positive number.");
        ArgumentOutOfRangeException.ThrowIfNegative(FirstToken);
        if (MeanOutputTokens is { } mean && !(mean >= 1))
            throw new ArgumentOutOfRangeException(nameof(MeanOutputTokens), mean, "The mean must be at least 1.");
    }
}
