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
    /// <summary>With the next token of one more sequence.</summary>
    /// <param name="position">That token's.</param>
    public StepWork WithDecode(int position) => this with
    {
        Decodes = Decodes + 1,
        DecodeTokens = DecodeTokens + position + 1,
        Positions = Positions + position + 1,
    };

    /// <summary>With so many tokens of a prompt.</summary>
    /// <param name="first">Position of the first of them.</param>
    /// <param name="count">How many.</param>
    public StepWork With(int first, int count)
    {
        double end = (double)first + count;
        return this with
        {
            PrefillTokens = PrefillTokens + count,
            PrefillSquares = PrefillSquares + ((end * end) - ((double)first * first)),
            Positions = Positions + first + count,
        };
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
