using Baton.Engine.Torch.Templates.Nodes;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Text, prints and blocks.</summary>
internal sealed class StatementParser
{
    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly DefinitionParser _definitions;
    private int _loops;

    private StatementParser(TokenStream tokens)
    {
        _tokens = tokens;
        _expressions = new ExpressionParser(tokens);
        _definitions = new DefinitionParser(tokens, _expressions, this);
    }

    public static Statement Parse(string source)
    {
        var parser = new StatementParser(new TokenStream(TemplateLexer.Lex(source)));
        var body = parser.ParseBody();
        return parser._tokens.Current.Kind == TokenKind.End
            ? body
            : throw parser._tokens.Following.Error($"unexpected block '{parser._tokens.Following.Text}'");
    }

    /// <summary>Statements up to a block whose name is one of <paramref name="ends"/>, which stays unread.</summary>
    public Statement ParseBody(params string[] ends)
    {
        _tokens.Enter();
        var statements = new List<Statement>();
        while (_tokens.Current.Kind != TokenKind.End)
        {
            if (_tokens.Current.Kind == TokenKind.BlockBegin && IsEnd(_tokens.Following, ends))
                break;
            statements.Add(ParseStatement());
        }

        if (ends.Length > 0 && _tokens.Current.Kind == TokenKind.End)
            throw _tokens.Current.Error($"'{ends[^1]}' is missing");
        _tokens.Leave();
        return new BodyStatement(statements);
    }

    /// <summary>A body with the block that ends it.</summary>
    public Statement ParseBlock(string end)
    {
        CloseTag();
        var body = ParseBody(end);
        TakeEnd();
        return body;
    }

    public void CloseTag() => _tokens.Expect(TokenKind.BlockEnd, "the end of the block");

    private static bool IsEnd(Token name, string[] ends) =>
        name.Kind == TokenKind.Name && (ends.Contains(name.Text) || (ends.Length == 0
            && (name.Text.StartsWith("end", StringComparison.Ordinal) || name.Text is "else" or "elif")));

    private string TakeTag()
    {
        _tokens.Expect(TokenKind.BlockBegin, "a block");
        return _tokens.Next().Text;
    }

    private void TakeEnd()
    {
        TakeTag();
        CloseTag();
    }

    private Statement ParseStatement()
    {
        switch (_tokens.Current.Kind)
        {
            case TokenKind.Text:
                return new TextStatement(_tokens.Next().Text);
            case TokenKind.PrintBegin:
                _tokens.Next();
                var value = _expressions.ParseTuple();
                _tokens.Expect(TokenKind.PrintEnd, "the end of the expression");
                return new PrintStatement(value);
            default:
                _tokens.Expect(TokenKind.BlockBegin, "a block");
                return ParseBlockOf(_tokens.Expect(TokenKind.Name, "the name of a block"));
        }
    }

    private Statement ParseBlockOf(Token name) => name.Text switch
    {
        "if" => ParseIf(),
        "for" => ParseFor(),
        "set" => _definitions.ParseSet(),
        "macro" => OutsideLoops(_definitions.ParseMacro),
        "call" => OutsideLoops(_definitions.ParseCall),
        "with" => _definitions.ParseWith(),
        "filter" => OutsideLoops(_definitions.ParseFilter),
        "generation" => ParseBlock("endgeneration"),
        "break" or "continue" when _loops > 0 => ParseJump(name),
        _ => throw name.Error($"block '{name.Text}' is not supported here"),
    };

    private IfStatement ParseIf()
    {
        var branches = new List<(Expression Condition, Statement Body)>();
        string end;
        do
        {
            var condition = _expressions.ParseTuple(withCondition: false);
            CloseTag();
            branches.Add((condition, ParseBody("elif", "else", "endif")));
            end = TakeTag();
        }
        while (end == "elif");
        var otherwise = end == "else" ? ParseBlock("endif") : null;
        if (end == "endif")
            CloseTag();
        return new IfStatement(branches, otherwise);
    }

    private ForStatement ParseFor()
    {
        var target = _definitions.ParseTarget();
        if (!_tokens.TakeName("in"))
            throw _tokens.Current.Error("'in' expected");
        var items = _expressions.ParseTuple(withCondition: false);
        var condition = _tokens.TakeName("if") ? _expressions.Parse() : null;
        var isRecursive = _tokens.TakeName("recursive");
        CloseTag();
        _loops++;
        var body = ParseBody("else", "endfor");
        _loops--;
        Statement? otherwise = null;
        if (TakeTag() == "else")
            otherwise = ParseBlock("endfor");
        else
            CloseTag();
        return new ForStatement(new ForParts(target, items, condition, body, otherwise, isRecursive));
    }

    private JumpStatement ParseJump(Token name)
    {
        CloseTag();
        return new JumpStatement(name.Text == "break" ? Flow.Break : Flow.Continue);
    }

    private Statement OutsideLoops(Func<Statement> parse)
    {
        var loops = _loops;
        _loops = 0;
        var statement = parse();
        _loops = loops;
        return statement;
    }
}
