namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Tokens being read, with a guard on nesting.</summary>
internal sealed class TokenStream(List<Token> tokens)
{
    private int _position;
    private int _nesting;

    public Token Current => tokens[_position];

    public Token Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public int Position => _position;

    /// <summary>Whether a name stands in what was read since a position.</summary>
    public bool Mentions(int since, string name)
    {
        for (var i = since; i < _position; i++)
        {
            if (tokens[i].Is(TokenKind.Name, name))
                return true;
        }

        return false;
    }

    public Token Next() => Current.Kind == TokenKind.End ? Current : tokens[_position++];

    public bool IsSign(string text) => Current.Is(TokenKind.Sign, text);

    public bool IsName(string text) => Current.Is(TokenKind.Name, text);

    public bool TakeSign(string text) => Take(TokenKind.Sign, text);

    public bool TakeName(string text) => Take(TokenKind.Name, text);

    public Token Expect(TokenKind kind, string description) => Current.Kind == kind
        ? Next()
        : throw Current.Error($"{description} expected instead of '{Current.Text}'");

    public void ExpectSign(string text)
    {
        if (!TakeSign(text))
            throw Current.Error($"'{text}' expected instead of '{Current.Text}'");
    }

    public void Enter()
    {
        if (++_nesting > TemplateLimits.MaxNesting)
            throw Current.Error("nested too deeply");
    }

    public void Leave() => _nesting--;

    private bool Take(TokenKind kind, string text)
    {
        if (!Current.Is(kind, text))
            return false;
        Next();
        return true;
    }
}
