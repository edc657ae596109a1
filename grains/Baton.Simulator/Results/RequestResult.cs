namespace Baton.Simulator.Results;

/// <summary>What became of a request.</summary>
/// <param name="At">When it came, in seconds.</param>
/// <param name="TtftMs">Until its first token, in milliseconds; NaN where there was none.</param>
/// <param name="TpotMs">Mean time of each token after it; 0 where there was one token only.</param>
/// <param name="Prompt">Length of its prompt.</param>
/// <param name="Output">Tokens that it got.</param>
/// <param name="Outcome">How it ended.</param>
public readonly record struct RequestResult(
    float At, float TtftMs, float TpotMs, int Prompt, int Output, Outcome Outcome);
