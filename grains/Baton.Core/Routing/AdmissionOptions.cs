namespace Baton.Core.Routing;

/// <summary>What admission protects.</summary>
public sealed record AdmissionOptions
{
    public AdmissionMode Mode { get; init; }

    /// <summary>Target for the time to the first token.</summary>
    public TimeSpan Ttft { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Target for the time of each token after it.</summary>
    public TimeSpan Tpot { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Most load of either phase, as a share of what just meets its target: at 1 a batch is held right at its target, and
    /// half of its sequences miss it by a little.
    /// </summary>
    public double MostLoad { get; init; } = 0.9;

    /// <summary>How long a sequence is thought to decode before any has ended.</summary>
    public TimeSpan FirstDecodeTime { get; init; } = TimeSpan.FromSeconds(10);
}
