namespace Baton.Core.Costs;

/// <summary>A step as it was measured.</summary>
/// <param name="Work">What it ran.</param>
/// <param name="Ms">How long it took, in milliseconds.</param>
public readonly record struct StepSample(StepWork Work, double Ms);
