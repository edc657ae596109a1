using System.Text.RegularExpressions;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>The tokens between a tag's delimiters.</summary>
internal sealed partial class ExpressionLexer(string source, List<Token> tokens)
{
    /// <summary>Reads up to and with the closing delimiter; returns the position behind it.</summary>
    public int Lex(int position, int line, bool prints)
    {
        var open = new Stack<char>();
        while (true)
        {
            for (; position < source.Length && char.IsWhiteSpace(source[position]); position++)
                line += source[position] == '\n' ? 1 : 0;
            var end = open.Count > 0 ? null : (prints ? PrintEnd() : BlockEnd()).Match(source, position);
            if (end is { Success: true })
            {
                tokens.Add(new Token(prints ? TokenKind.PrintEnd : TokenKind.BlockEnd, end.Value.Trim(), line));
                return position + end.Length;
            }

            var token = Read(position, line, out var length);
            Balance(token, open);
            tokens.Add(token);
            line += source.AsSpan(position, length).Count('\n');
            position += length;
        }
    }

    [GeneratedRegex(@"\G(?:-\}\}\s*|\}\})")]
    private static partial Regex PrintEnd();

    [GeneratedRegex(@"\G(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex BlockEnd();

    [GeneratedRegex(@"\G[_\p{L}][_\p{L}\p{N}]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G\d[\d_]*(?<real>(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)")]
    private static partial Regex Number();

    [GeneratedRegex(@"\G(?://|\*\*|==|!=|>=|<=|[-+*/%~<>=.,:|()\[\]{}])")]
    private static partial Regex Sign();

    private Token Read(int position, int line, out int length)
    {
        var c = position < source.Length ? source[position] : '\0';
        if (c is '"' or '\'')
            return ReadString(position, line, out length);
        var match = c is >= '0' and <= '9' ? Number() : c == '_' || char.IsLetter(c) ? Name() : Sign();
        var found = match.Match(source, position);
        length = found.Length;
        if (!found.Success)
        {
            throw new Token(TokenKind.Sign, "", line).Error(
                position < source.Length ? $"unexpected character '{c}'" : "a tag is not closed");
        }

        if (length > TemplateLimits.MaxNameLength && (c == '_' || char.IsLetter(c)))
            throw new Token(TokenKind.Name, "", line).Error("a name is too long");
        if (c is < '0' or > '9')
            return new Token(c == '_' || char.IsLetter(c) ? TokenKind.Name : TokenKind.Sign, found.Value, line);
        return ReadNumber(found, line, ref length);
    }

    // Behind a dot stands an index: "row.0.1".
    private Token ReadNumber(Match found, int line, ref int length)
    {
        var isIndex = tokens.Count > 0 && tokens[^1].Is(TokenKind.Sign, ".");
        var isReal = found.Groups["real"].Length > 0 && !isIndex;
        length -= isReal ? 0 : found.Groups["real"].Length;
        var digits = found.Value[..length].Replace("_", "", StringComparison.Ordinal);
        return new Token(isReal ? TokenKind.Real : TokenKind.Whole, digits, line);
    }

    private Token ReadString(int position, int line, out int length)
    {
        for (var end = position + 1; end < source.Length; end++)
        {
            if (source[end] == '\\')
            {
                end++;
            }
            else if (source[end] == source[position])
            {
                length = end + 1 - position;
                return new Token(TokenKind.String, StringEscapes.Unescape(source[(position + 1)..end], line), line);
            }
        }

        throw new Token(TokenKind.String, "", line).Error("a string is not closed");
    }

    private static void Balance(Token token, Stack<char> open)
    {
        if (token.Kind != TokenKind.Sign || token.Text.Length != 1)
            return;
        switch (token.Text[0])
        {
            case '(' or '[' or '{':
                open.Push(token.Text[0] switch { '(' => ')', '[' => ']', _ => '}' });
                break;
            case ')' or ']' or '}' when !open.TryPop(out var expected) || expected != token.Text[0]:
                throw token.Error($"unexpected '{token.Text}'");
        }
    }
}
