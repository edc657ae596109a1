namespace Baton.Core.Text;

/// <summary>Text to token ids and back. Implementations are immutable and safe for concurrent use.</summary>
public interface ITokenizer
{
    int VocabularySize { get; }

    /// <summary>Token ids of <paramref name="text"/>.</summary>
    /// <param name="text">Any text; special tokens written in it become their ids.</param>
    /// <param name="addSpecialTokens">Whether the post-processor may add its own (begin, end) tokens.</param>
    int[] Encode(string text, bool addSpecialTokens);

    /// <summary>The text of a whole sequence; bytes that form no character become U+FFFD.</summary>
    string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens);

    /// <summary>The bytes that one token stands for, as log-probability entries report them.</summary>
    ReadOnlyMemory<byte> TokenBytes(int token);

    bool IsSpecial(int token);

    /// <summary>The id of a token written exactly as in the vocabulary, or null.</summary>
    int? TokenId(string token);

    /// <summary>A decoder for one sequence that is still growing.</summary>
    IIncrementalDecoder NewDecoder(bool skipSpecialTokens);
}
