using System.Text;
using Baton.Core.Text;

namespace Baton.Host.Tests.Api;

/// <summary>One token for each byte; 256 ends an answer and has no text.</summary>
internal sealed class FakeTokenizer : ITokenizer
{
    public const int End = 256;

    public int VocabularySize => 257;

    public int[] Encode(string text, bool addSpecialTokens) => [.. Encoding.UTF8.GetBytes(text).Select(b => (int)b)];

    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecialTokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(TokenBytes(token).Span);
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    public ReadOnlyMemory<byte> TokenBytes(int token) => token == End ? "<end>"u8.ToArray() : new[] { (byte)token };

    public bool IsSpecial(int token) => token == End;

    public int? TokenId(string token) => null;

    public IIncrementalDecoder NewDecoder(bool skipSpecialTokens) => throw new NotSupportedException();
}
