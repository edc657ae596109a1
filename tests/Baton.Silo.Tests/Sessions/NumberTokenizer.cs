using System.Globalization;
using System.Text;
using Baton.Core.Text;

namespace Baton.Silo.Tests.Sessions;

/// <summary>A token's text is its number and a space: enough to see what a session makes of text.</summary>
internal sealed class NumberTokenizer : ITokenizer
{
    public int VocabularySize => 500;

    public int[] Encode(string text, bool addSpecialTokens) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(t => int.Parse(t, CultureInfo.InvariantCulture))];

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens)
    {
        var text = new StringBuilder();
        foreach (var token in tokens)
        {
            text.Append(CultureInfo.InvariantCulture, $"{token} ");
        }

        return text.ToString();
    }

    public ReadOnlyMemory<byte> TokenBytes(int token) => Encoding.UTF8.GetBytes(Decode([token], true));

    public bool IsSpecial(int token) => false;

    public int? TokenId(string token) => null;

    public IIncrementalDecoder NewDecoder(bool skipSpecialTokens) => new Decoder(this);

    private sealed class Decoder(NumberTokenizer tokenizer) : IIncrementalDecoder
    {
        public string Append(int token) => tokenizer.Decode([token], true);

        public string Flush() => "";
    }
}
