namespace Baton.Core.Text;

/// <summary>
/// Decodes a growing sequence token by token: the pieces joined equal the text of the whole, and no piece ends inside
/// a character. Not safe for concurrent use.
/// </summary>
public interface IIncrementalDecoder
{
    /// <summary>The text that <paramref name="token"/> completes; empty while a character is incomplete.</summary>
    string Append(int token);

    /// <summary>What is still held back at the end of the sequence (U+FFFD for an incomplete character).</summary>
    string Flush();
}
