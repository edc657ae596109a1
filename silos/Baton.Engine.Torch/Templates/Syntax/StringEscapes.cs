using System.Globalization;
using System.Text;

namespace Baton.Engine.Torch.Templates.Syntax;

internal static class StringEscapes
{
    /// <summary>Resolves a literal's escapes as Python does; unknown ones stay as they are.</summary>
    public static string Unescape(string literal, int line)
    {
        if (!literal.Contains('\\'))
            return literal;
        var text = new StringBuilder(literal.Length);
        for (var i = 0; i < literal.Length; i++)
        {
            if (literal[i] != '\\')
            {
                text.Append(literal[i]);
                continue;
            }

            var escape = literal[++i];
            var digits = escape switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
            if (digits > 0)
                text.Append(Code(literal, i + 1, digits, line));
            else if (Simple(escape) is { } simple)
                text.Append(simple);
            else
                text.Append('\\').Append(escape);
            i += digits;
        }

        return text.ToString();
    }

    private static string? Simple(char escape) => escape switch
    {
        'n' => "\n",
        'r' => "\r",
        't' => "\t",
        'b' => "\b",
        'f' => "\f",
        'v' => "\v",
        'a' => "\a",
        '0' => "\0",
        '\n' => "",
        '\\' or '\'' or '"' => escape.ToString(),
        _ => null,
    };

    private static string Code(string literal, int start, int digits, int line)
    {
        if (start + digits > literal.Length || !uint.TryParse(
                literal.AsSpan(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw new Token(TokenKind.String, "", line).Error("a string has a malformed escape");
        if (code <= char.MaxValue)
            return ((char)code).ToString();
        return code <= 0x10FFFF
            ? char.ConvertFromUtf32((int)code)
            : throw new Token(TokenKind.String, "", line).Error("a string has an escape that is no character");
    }
}
