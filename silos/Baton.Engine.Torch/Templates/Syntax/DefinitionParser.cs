using Baton.Engine.Torch.Templates.Nodes;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Blocks that give names to values: set, with, macro and call; and those that work on their text.</summary>
internal sealed class DefinitionParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements)
{
    /// <summary>A name, or several with commas between and perhaps parentheses around, which nest.</summary>
    public Target ParseTarget()
    {
        var first = ParseOneTarget();
        if (!tokens.IsSign(","))
            return first;
        var parts = new List<Target> { first };
        while (tokens.TakeSign(",") && !tokens.IsName("in") && !tokens.IsSign("=") && !tokens.IsSign(")"))
            parts.Add(ParseOneTarget());
        return new TupleTarget(parts);
    }

    public Statement ParseSet()
    {
        var target = ParseTarget();
        var attribute = target is NameTarget && tokens.TakeSign(".")
            ? tokens.Expect(TokenKind.Name, "an attribute").Text
            : null;
        if (tokens.TakeSign("="))
        {
            var value = expressions.ParseTuple();
            statements.CloseTag();
            return Set(target, attribute, value);
        }

        var text = new CaptureExpression();
        Expression captured = text;
        while (tokens.IsSign("|"))
            captured = expressions.ParseFilter(captured);
        text.Body = statements.ParseBlock("endset");
        return Set(target, attribute, captured);
    }

    public Statement ParseWith()
    {
        var variables = new List<(Target, Expression)>();
        while (tokens.Current.Kind != TokenKind.BlockEnd)
        {
            if (variables.Count > 0)
                tokens.ExpectSign(",");
            var target = ParseTarget();
            tokens.ExpectSign("=");
            variables.Add((target, expressions.Parse()));
        }

        return new WithStatement(variables, statements.ParseBlock("endwith"));
    }

    public Statement ParseFilter()
    {
        var text = new CaptureExpression();
        Expression filtered = expressions.ParseFirstFilter(text);
        while (tokens.IsSign("|"))
            filtered = expressions.ParseFilter(filtered);
        text.Body = statements.ParseBlock("endfilter");
        return new PrintStatement(filtered);
    }

    public Statement ParseMacro()
    {
        var name = tokens.Expect(TokenKind.Name, "the name of the macro").Text;
        tokens.ExpectSign("(");
        return new MacroStatement(name, ParseBody(name, ParseParameters(), "endmacro"));
    }

    public Statement ParseCall()
    {
        var parameters = tokens.TakeSign("(") ? ParseParameters() : [];
        var target = expressions.Parse();
        if (target is not CallExpression call)
            throw tokens.Current.Error("a 'call' block needs a call");
        return new CallStatement(call, ParseBody("caller", parameters, "endcall"));
    }

    private static Statement Set(Target target, string? attribute, Expression value) => attribute is null
        ? new SetStatement(target, value)
        : new SetAttributeStatement(((NameTarget)target).Name, attribute, value);

    private Macro ParseBody(string name, List<(string, Expression?)> parameters, string end)
    {
        var start = tokens.Position;
        var body = statements.ParseBlock(end);
        return new Macro(
            name,
            new MacroParameters(parameters, tokens.Mentions(start, "varargs"), tokens.Mentions(start, "kwargs")),
            body);
    }

    private Target ParseOneTarget()
    {
        if (!tokens.TakeSign("("))
            return new NameTarget(tokens.Expect(TokenKind.Name, "a name").Text);
        tokens.Enter();
        var inner = ParseTarget();
        tokens.Leave();
        tokens.ExpectSign(")");
        return inner;
    }

    private List<(string Name, Expression? Default)> ParseParameters()
    {
        var parameters = new List<(string, Expression?)>();
        while (!tokens.TakeSign(")"))
        {
            if (parameters.Count > 0)
                tokens.ExpectSign(",");
            if (tokens.TakeSign(")"))
                break;
            var name = tokens.Expect(TokenKind.Name, "a parameter").Text;
            parameters.Add((name, tokens.TakeSign("=") ? expressions.Parse() : null));
        }

        return parameters;
    }
}
