using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

/// <summary>Whether a sequence ends with its latest token.</summary>
public static class StopCheck
{
    /// <summary>Decides after the token was appended. A stop wins over a length reached with the same token.</summary>
    public static FinishReason? Decide(Sequence sequence, int maxContext)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        StopRules rules = sequence.Stop;
        int token = sequence.Tokens[^1];
        if (sequence.Generated >= rules.MinTokens)
        {
            if (!rules.IgnoreEnd && Array.IndexOf(rules.EndTokens, token) >= 0)
                return FinishReason.Stop;
            if (Array.IndexOf(rules.StopTokens, token) >= 0)
                return FinishReason.Stop;
        }

        return sequence.Generated >= rules.MaxTokens || sequence.Length >= maxContext ? FinishReason.Length : null;
    }
}
