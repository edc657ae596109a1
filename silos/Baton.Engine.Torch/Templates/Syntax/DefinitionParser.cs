using Baton.Engine.Torch.Templates.Nodes;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Blocks that give names to values: set, macro and call.</summary>
internal sealed class DefinitionParser(TokenStream tokens, ExpressionParser expressions, StatementParser statements)
{
    public List<string> ParseNames()
    {
        var close = tokens.TakeSign("(");
        var names = new List<string>();
        do
        {
            names.Add(tokens.Expect(TokenKind.Name, "a name").Text);
        }
        while (tokens.TakeSign(","));
        if (close)
            tokens.ExpectSign(")");
        return names;
    }

    public Statement ParseSet()
    {
        var names = ParseNames();
        var attribute = names.Count == 1 && tokens.TakeSign(".")
            ? tokens.Expect(TokenKind.Name, "an attribute").Text
            : null;
        if (tokens.TakeSign("="))
        {
            var value = expressions.ParseTuple();
            statements.CloseTag();
            return Set(names, attribute, value);
        }

        var text = new CaptureExpression();
        Expression captured = text;
        while (tokens.IsSign("|"))
            captured = expressions.ParseFilter(captured);
        text.Body = statements.ParseBlock("endset");
        return Set(names, attribute, captured);
    }

    public Statement ParseMacro()
    {
        var name = tokens.Expect(TokenKind.Name, "the name of the macro").Text;
        tokens.ExpectSign("(");
        var parameters = ParseParameters();
        return new MacroStatement(name, new Macro(name, parameters, statements.ParseBlock("endmacro")));
    }

    public Statement ParseCall()
    {
        var parameters = tokens.TakeSign("(") ? ParseParameters() : [];
        var target = expressions.Parse();
        if (target is not CallExpression call)
            throw tokens.Current.Error("a 'call' block needs a call");
        return new CallStatement(call, new Macro("caller", parameters, statements.ParseBlock("endcall")));
    }

    private static Statement Set(List<string> names, string? attribute, Expression value) => attribute is null
        ? new SetStatement(names, value)
        : new SetAttributeStatement(names[0], attribute, value);

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
