namespace Baton.Simulator.Workloads;

/// <summary>Token ids for prompts of which only lengths, and maybe the names of parts, are known.</summary>
public static class PromptContent
{
    /// <summary>Tokens of a part in Mooncake's traces.</summary>
    public const int PartTokens = 512;

    /// <summary>The ids, which are those of no real vocabulary.</summary>
    /// <param name="arrival">The request.</param>
    /// <param name="number">Its number: a prompt that shares nothing consists of it.</param>
    internal static int[] Tokens(Arrival arrival, long number)
    {
        int[] tokens = new int[arrival.PromptTokens];
        if (arrival.Prefix is not { } parts)
        {
            // Below zero, where no name of a part is.
            Array.Fill(tokens, (int)~(number & int.MaxValue));
            return tokens;
        }

        for (int first = 0; first < tokens.Length; first += PartTokens)
        {
            int part = parts[Math.Min(first / PartTokens, parts.Length - 1)];
            tokens.AsSpan(first, Math.Min(PartTokens, tokens.Length - first)).Fill(part);
        }

        return tokens;
    }
}
