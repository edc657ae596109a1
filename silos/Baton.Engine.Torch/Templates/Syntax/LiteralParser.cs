using Baton.Engine.Torch.Templates.Nodes;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Syntax;

internal sealed class LiteralParser(TokenStream tokens, ExpressionParser expressions)
{
    public Expression Parse()
    {
        var token = tokens.Next();
        return token.Kind switch
        {
            TokenKind.Name => ParseName(token),
            TokenKind.String => ParseStrings(token),
            TokenKind.Whole when long.TryParse(token.Text, Numbers.Culture, out var whole) => new Literal(whole),
            TokenKind.Whole => throw token.Error("a number is too large"),
            TokenKind.Real => new Literal(double.Parse(token.Text, Numbers.Culture)),
            TokenKind.Sign when token.Text == "(" => ParseParentheses(),
            TokenKind.Sign when token.Text == "[" => new SequenceExpression(ParseItems("]"), isTuple: false),
            TokenKind.Sign when token.Text == "{" => ParseMap(),
            _ => throw token.Error($"unexpected '{token.Text}'"),
        };
    }

    private static Expression ParseName(Token token) => token.Text switch
    {
        "true" or "True" => new Literal(true),
        "false" or "False" => new Literal(false),
        "none" or "None" => new Literal(null),
        _ => new NameExpression(token.Text),
    };

    private Literal ParseStrings(Token token)
    {
        var parts = new List<string> { token.Text };
        while (tokens.Current.Kind == TokenKind.String)
            parts.Add(tokens.Next().Text);
        return new Literal(string.Concat(parts));
    }

    private Expression ParseParentheses()
    {
        if (tokens.TakeSign(")"))
            return new SequenceExpression([], isTuple: true);
        var value = expressions.ParseTuple();
        tokens.ExpectSign(")");
        return value;
    }

    private List<Expression> ParseItems(string close)
    {
        var items = new List<Expression>();
        while (!tokens.TakeSign(close))
        {
            if (items.Count > 0)
                tokens.ExpectSign(",");
            if (tokens.TakeSign(close))
                break;
            items.Add(expressions.Parse());
        }

        return items;
    }

    private MapExpression ParseMap()
    {
        var entries = new List<(Expression Key, Expression Value)>();
        while (!tokens.TakeSign("}"))
        {
            if (entries.Count > 0)
                tokens.ExpectSign(",");
            if (tokens.TakeSign("}"))
                break;
            var key = expressions.Parse();
            tokens.ExpectSign(":");
            entries.Add((key, expressions.Parse()));
        }

        return new MapExpression(entries);
    }
}
