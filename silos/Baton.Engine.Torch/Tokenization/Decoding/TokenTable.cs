using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>The bytes of every token, worked out once.</summary>
internal sealed class TokenTable
{
    private readonly string?[] _names;
    private readonly byte[]?[] _bytes;
    private readonly bool[] _isSpecial;
    private readonly bool[] _isAdded;
    private readonly DecoderPlan _plan;

    public TokenTable(Dictionary<string, int> vocabulary, List<AddedToken> added, DecoderPlan plan)
    {
        var size = 1 + Math.Max(vocabulary.Values.DefaultIfEmpty(-1).Max(), added.Max(token => (int?)token.Id) ?? -1);
        (_names, _bytes, _isSpecial, _isAdded) = (new string[size], new byte[size][], new bool[size], new bool[size]);
        _plan = plan;
        foreach (var (name, token) in vocabulary)
            (_names[token], _bytes[token]) = (name, plan.Bytes(name, isFirst: false));

        // An added token stands for its content as it is: no decoder rewrites it.
        foreach (var token in added)
        {
            (_names[token.Id], _bytes[token.Id]) = (token.Content, Encoding.UTF8.GetBytes(token.Content));
            (_isAdded[token.Id], _isSpecial[token.Id]) = (true, token.IsSpecial);
        }
    }

    public int Count => _names.Length;

    public char StripCharacter => _plan.StripCharacter;

    public int StripCount => _plan.StripCount;

    public bool ReplacesEachByte => _plan.ReplacesEachByte;

    public bool IsSpecial(int token) => (uint)token < (uint)Count && _isSpecial[token];

    /// <summary>The token's bytes; none for an id without token, which padded vocabularies have.</summary>
    public byte[] Bytes(int token) => (uint)token < (uint)Count ? _bytes[token] ?? [] : [];

    public byte[] FirstBytes(int token) =>
        _plan.FirstTokenDiffers && (uint)token < (uint)Count && !_isAdded[token] && _names[token] is { } name
            ? _plan.Bytes(name, isFirst: true)
            : Bytes(token);
}
