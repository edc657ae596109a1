using Baton.Core.Scheduling;

namespace Baton.Core.Costs;

/// <summary>What a step runs, as far as its time depends on it.</summary>
/// <param name="PrefillTokens">Tokens of prompts.</param>
/// <param name="PrefillSquares">
/// Over the chunks of prompts, the square of the position behind a chunk less that of its first: what their attention
/// reads, prefixes included. The sum over a prompt's chunks is the square of its length, whatever the chunking.
/// </param>
/// <param name="Decodes">Sequences that draw their next token.</param>
/// <param name="DecodeTokens">Positions that those attend to.</param>
/// <param name="Positions">Positions behind all entries, prompts included.</param>
public readonly record struct StepWork(
    long PrefillTokens, double PrefillSquares, int Decodes, long DecodeTokens, long Positions)
{
    /// <summary>The work of a plan. Ask before its commit.</summary>
    public static StepWork Of(BatchPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        long prefill = 0;
        double squares = 0;
        int decodes = 0;
        long attended = 0;
        long positions = 0;
        for (int i = 0; i < plan.Entries.Count; i++)
        {
            BatchEntry entry = plan.Entries[i];
            double end = entry.FirstPosition + entry.Count;
            positions += (long)end;
            if (entry.IsDecode)
            {
                decodes++;
                attended += (long)end;
            }
            else
            {
                prefill += entry.Count;
                squares += (end * end) - ((double)entry.FirstPosition * entry.FirstPosition);
            }
        }

        return new StepWork(prefill, squares, decodes, attended, positions);
    }

    /// <summary>A prompt alone, whole, in one step.</summary>
    /// <param name="tokens">Its length.</param>
    /// <param name="cached">How much of it is a cached prefix.</param>
    public static StepWork Prompt(long tokens, long cached = 0) =>
        new(tokens - cached, ((double)tokens * tokens) - ((double)cached * cached), 0, 0, tokens);

    /// <summary>A batch that only decodes.</summary>
    /// <param name="sequences">Its size.</param>
    /// <param name="tokens">Positions that they attend to, together.</param>
    public static StepWork Decode(int sequences, long tokens) => new(0, 0, sequences, tokens, tokens);
}
