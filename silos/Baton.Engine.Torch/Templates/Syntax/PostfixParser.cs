using Baton.Engine.Torch.Templates.Builtins;
using Baton.Engine.Torch.Templates.Nodes;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Literals and names, and what may follow them: attributes, indices, calls, filters and tests.</summary>
internal sealed class PostfixParser(TokenStream tokens, ExpressionParser expressions)
{
    private readonly LiteralParser _literals = new(tokens, expressions);

    public Expression ParsePrimary() => _literals.Parse();

    public Expression ParsePostfix(Expression value)
    {
        while (true)
        {
            if (tokens.TakeSign("."))
            {
                value = tokens.Current.Kind == TokenKind.Whole
                    ? new IndexExpression(value, _literals.Parse())
                    : new AttributeExpression(value, tokens.Expect(TokenKind.Name, "an attribute").Text);
            }
            else if (tokens.TakeSign("["))
            {
                value = ParseIndex(value);
            }
            else if (tokens.IsSign("("))
            {
                value = new CallExpression(value, ParseArguments());
            }
            else
            {
                return value;
            }
        }
    }

    public Expression ParseFilters(Expression value)
    {
        while (true)
        {
            if (tokens.IsSign("|"))
                value = ParseFilter(value);
            else if (tokens.TakeName("is"))
                value = ParseTest(value);
            else if (tokens.IsSign("("))
                value = new CallExpression(value, ParseArguments());
            else
                return value;
        }
    }

    public FilterExpression ParseFilter(Expression value)
    {
        tokens.ExpectSign("|");
        return ParseNamedFilter(value);
    }

    public FilterExpression ParseNamedFilter(Expression value)
    {
        var name = tokens.Expect(TokenKind.Name, "a filter");
        if (!Filters.All.TryGetValue(name.Text, out var filter))
            throw name.Error($"there is no filter '{name.Text}'");
        return new FilterExpression(value, filter, tokens.IsSign("(") ? ParseArguments() : Arguments.None);
    }

    public Arguments ParseArguments()
    {
        tokens.ExpectSign("(");
        var arguments = new Arguments([], []);
        for (var isFirst = true; !tokens.TakeSign(")"); isFirst = false)
        {
            if (!isFirst)
                tokens.ExpectSign(",");
            if (tokens.TakeSign(")"))
                break;
            arguments = ParseArgument(arguments);
        }

        return arguments;
    }

    private Arguments ParseArgument(Arguments before)
    {
        if (tokens.IsSign("**") && before.RestNamed is null && tokens.TakeSign("**"))
            return before with { RestNamed = expressions.Parse() };
        if (tokens.IsSign("*") && before.Rest is null && tokens.TakeSign("*"))
            return before with { Rest = expressions.Parse() };
        if (tokens.Current.Kind == TokenKind.Name && tokens.Following.Is(TokenKind.Sign, "="))
        {
            var name = tokens.Next().Text;
            tokens.Next();
            before.Named.Add((name, expressions.Parse()));
        }
        else if (before.Named.Count > 0 || before.Rest is not null || before.RestNamed is not null)
        {
            throw tokens.Current.Error("a positional argument follows a named one");
        }
        else
        {
            before.Positional.Add(expressions.Parse());
        }

        return before;
    }

    private Expression ParseIndex(Expression value)
    {
        var start = tokens.IsSign(":") ? null : expressions.ParseTuple();
        if (!tokens.TakeSign(":"))
        {
            tokens.ExpectSign("]");
            return new IndexExpression(value, start!);
        }

        var stop = tokens.IsSign(":") || tokens.IsSign("]") ? null : expressions.Parse();
        var step = tokens.TakeSign(":") && !tokens.IsSign("]") ? expressions.Parse() : null;
        tokens.ExpectSign("]");
        return new SliceExpression(value, start, stop, step);
    }

    private Expression ParseTest(Expression value)
    {
        var isNegated = tokens.TakeName("not");
        var name = tokens.Expect(TokenKind.Name, "a test");
        if (!Tests.All.TryGetValue(name.Text, out var test))
            throw name.Error($"there is no test '{name.Text}'");
        var arguments = Arguments.None;
        if (tokens.IsSign("("))
            arguments = ParseArguments();
        else if (StartsArgument())
            arguments = new Arguments([ParsePostfix(ParsePrimary())], []);
        Expression result = new FilterExpression(value, test, arguments);
        return isNegated ? new NotExpression(result) : result;
    }

    private bool StartsArgument() => tokens.Current.Kind switch
    {
        TokenKind.String or TokenKind.Whole or TokenKind.Real => true,
        TokenKind.Name => tokens.Current.Text is not ("else" or "or" or "and" or "is" or "if" or "not" or "in"),
        _ => tokens.IsSign("[") || tokens.IsSign("{"),
    };
}
