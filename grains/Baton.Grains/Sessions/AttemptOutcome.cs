namespace Baton.Grains.Sessions;

/// <summary>How an attempt at a sequence ended.</summary>
/// <param name="Ended">Whether the sequence has ended for good: finished or cancelled.</param>
/// <param name="Failure">Otherwise: why another attempt is needed.</param>
internal readonly record struct AttemptOutcome(bool Ended, string? Failure)
{
    public static AttemptOutcome Finished { get; } = new(true, null);

    public static AttemptOutcome Retry(string failure) => new(false, failure);
}
