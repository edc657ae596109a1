namespace Baton.Simulator.Workloads;

/// <summary>A request of a workload.</summary>
/// <param name="At">When it comes, from the start of the simulation.</param>
/// <param name="PromptTokens">Length of its prompt.</param>
/// <param name="OutputTokens">Length of its output, which the cluster does not know beforehand.</param>
/// <param name="Prefix">
/// Names of the parts of its prompt, each <see cref="PromptContent.PartTokens"/> long but the last: equal names, equal
/// text. Null where it shares nothing with others.
/// </param>
public readonly record struct Arrival(TimeSpan At, int PromptTokens, int OutputTokens, int[]? Prefix = null);
