using System.Globalization;
using Baton.Core.Text;

namespace Baton.Simulation.Nodes;

/// <summary>A token's text is its number and a space.</summary>
internal sealed class Tokenizer : ITokenizer, IIncrementalDecoder
{
    public static readonly Tokenizer Instance = new();

    public int VocabularySize => Model.Vocabulary;

    public IIncrementalDecoder NewDecoder(bool skipSpecialTokens) => this;

    public string Append(int token) => string.Create(CultureInfo.InvariantCulture, $"{token} ");

    public string Flush() => "";

    public int[] Encode(string text, bool addSpecialTokens) => throw new NotSupportedException();

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens) => throw new NotSupportedException();

    public ReadOnlyMemory<byte> TokenBytes(int token) => throw new NotSupportedException();

    public bool IsSpecial(int token) => false;

    public int? TokenId(string token) => null;
}
