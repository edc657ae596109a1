using Baton.Core.Costs;

namespace Baton.Core.Planning;

/// <summary>How long a worker needs for prompt tokens that wait for it.</summary>
public static class PromptTime
{
    /// <summary>Milliseconds in steps as full as they may be.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="tokens">To be computed.</param>
    /// <param name="cached">Positions before them.</param>
    /// <param name="stepTokens">Most tokens of a step.</param>
    public static double Ms(WorkerProfile worker, double tokens, double cached, int stepTokens)
    {
        ArgumentNullException.ThrowIfNull(worker);
        if (tokens <= 0)
            return 0;
        double steps = Math.Ceiling(tokens / stepTokens);
        double fullest = Math.Min(tokens, stepTokens);
        double end = tokens + cached;
        return (steps * worker.PrefillConstant) + (worker.PrefillLinear * tokens)
            + (worker.PrefillQuadratic * tokens * fullest)
            + (worker.PrefillSquares * ((end * end) - (cached * cached)));
    }

    /// <summary>Milliseconds for the prompts of a queue, in steps as full as they may be.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="tokens">To be computed, of all prompts.</param>
    /// <param name="squaresPerToken">
    /// Sum of the squares of prompts' lengths by the sum of their lengths: a token attends to its own prompt alone.
    /// </param>
    /// <param name="stepTokens">Most tokens of a step.</param>
    public static double QueueMs(WorkerProfile worker, double tokens, double squaresPerToken, int stepTokens)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return tokens <= 0
            ? 0
            : (Math.Ceiling(tokens / stepTokens) * worker.PrefillConstant) + (worker.PrefillLinear * tokens)
                + (worker.PrefillQuadratic * tokens * Math.Min(tokens, stepTokens))
                + (worker.PrefillSquares * tokens * squaresPerToken);
    }
}
