using System.Text.RegularExpressions;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>
/// Cuts a template into text and the tokens of its tags, as Jinja does with trim_blocks and lstrip_blocks: the newline
/// after a block goes, and so does the white space before it where a line has nothing else there.
/// </summary>
internal sealed partial class TemplateLexer
{
    private readonly string _source;
    private readonly List<Token> _tokens = [];
    private readonly ExpressionLexer _expressions;
    private int _position;
    private int _line = 1;
    private int _counted;
    private bool _isLineStart = true;

    private TemplateLexer(string source)
    {
        _source = source;
        _expressions = new ExpressionLexer(source, _tokens);
    }

    public static List<Token> Lex(string source)
    {
        source = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(source.EndsWith('\n') ? source[..^1] : source);
        while (lexer._position < lexer._source.Length)
            lexer.Advance();
        lexer._tokens.Add(new Token(TokenKind.End, "end of template", lexer.Line()));
        return lexer._tokens;
    }

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(?:-%\}\s*|%\})")]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)")]
    private static partial Regex RawEnd();

    [GeneratedRegex(@"\G(?:\+#\}|-#\}\s*|#\}\n?)")]
    private static partial Regex CommentEnd();

    private void Advance()
    {
        var begin = NextTag();
        if (begin < 0)
        {
            AddText(_source[_position..]);
            _position = _source.Length;
            return;
        }

        var kind = _source[begin + 1];
        var mark = begin + 2 < _source.Length ? _source[begin + 2] : ' ';
        AddText(Before(_source[_position..begin], mark, kind != '{'));
        _position = begin;
        if (kind == '#')
            SkipComment(begin);
        else if (kind == '%' && RawBegin().Match(_source, begin) is { Success: true } raw)
            TakeRaw(raw);
        else
            TakeTag(kind == '{', mark);
        _isLineStart = _source[_position - 1] == '\n';
    }

    private int NextTag()
    {
        for (var i = _source.IndexOf('{', _position); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
        {
            if (_source[i + 1] is '{' or '%' or '#')
                return i;
        }

        return -1;
    }

    private string Before(string text, char mark, bool strips)
    {
        if (mark == '-')
            return text.TrimEnd();
        if (mark == '+' || !strips)
            return text;
        var lineStart = text.LastIndexOf('\n') + 1;
        return (lineStart > 0 || _isLineStart) && string.IsNullOrWhiteSpace(text[lineStart..]) ? text[..lineStart] : text;
    }

    private void SkipComment(int begin)
    {
        var end = _source.IndexOf("#}", begin + 2, StringComparison.Ordinal);
        if (end < 0)
            throw new Token(TokenKind.Text, "", Line()).Error("a comment is not closed");
        end -= end > begin + 2 && _source[end - 1] is '-' or '+' ? 1 : 0; // The mark belongs to the end.
        _position = end + CommentEnd().Match(_source, end).Length;
    }

    private void TakeRaw(Match raw)
    {
        var start = raw.Index + raw.Length;
        var end = RawEnd().Match(_source, start);
        if (!end.Success)
            throw new Token(TokenKind.Text, "", Line()).Error("'raw' is not closed");
        _isLineStart = _source[start - 1] == '\n';
        AddText(Before(_source[start..end.Index], end.Groups[1].Value is [var mark] ? mark : ' ', true));
        _position = end.Index + end.Length;
    }

    private void TakeTag(bool prints, char mark)
    {
        var start = _position + (mark is '-' or '+' ? 3 : 2);
        _tokens.Add(new Token(prints ? TokenKind.PrintBegin : TokenKind.BlockBegin, prints ? "{{" : "{%", Line()));
        _position = _expressions.Lex(start, Line(), prints);
    }

    private void AddText(string text)
    {
        if (text.Length > 0)
            _tokens.Add(new Token(TokenKind.Text, text, Line()));
    }

    private int Line()
    {
        _line += _source.AsSpan(_counted, _position - _counted).Count('\n');
        _counted = _position;
        return _line;
    }
}
