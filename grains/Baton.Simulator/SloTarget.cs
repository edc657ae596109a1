namespace Baton.Simulator;

/// <summary>What a request is to meet.</summary>
/// <param name="Ttft">Time to its first token.</param>
/// <param name="Tpot">Mean time of each token after it.</param>
public sealed record SloTarget(TimeSpan Ttft, TimeSpan Tpot);
