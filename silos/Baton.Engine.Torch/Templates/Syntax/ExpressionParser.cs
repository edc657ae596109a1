using Baton.Engine.Torch.Templates.Nodes;

namespace Baton.Engine.Torch.Templates.Syntax;

/// <summary>Expressions from the loosest binding to the tightest.</summary>
internal sealed class ExpressionParser
{
    private static readonly string[][] Levels = [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]];
    private static readonly string[] Comparisons = ["==", "!=", "<", ">", "<=", ">="];

    private readonly TokenStream _tokens;
    private readonly PostfixParser _postfix;

    public ExpressionParser(TokenStream tokens)
    {
        _tokens = tokens;
        _postfix = new PostfixParser(tokens, this);
    }

    /// <summary>One expression, or several with commas between, which make a tuple.</summary>
    public Expression ParseTuple(bool withCondition = true)
    {
        var first = withCondition ? Parse() : ParseOr();
        if (!_tokens.IsSign(","))
            return first;
        var items = new List<Expression> { first };
        while (_tokens.TakeSign(",") && !AtEnd())
            items.Add(withCondition ? Parse() : ParseOr());
        return new SequenceExpression(items, isTuple: true);
    }

    public Expression Parse()
    {
        _tokens.Enter();
        var value = ParseOr();
        while (_tokens.TakeName("if"))
        {
            var condition = ParseOr();
            value = new ConditionalExpression(value, condition, _tokens.TakeName("else") ? Parse() : null);
        }

        _tokens.Leave();
        return value;
    }

    public FilterExpression ParseFilter(Expression value) => _postfix.ParseFilter(value);

    /// <summary>A filter without the sign before it, as it begins a filter block.</summary>
    public FilterExpression ParseFirstFilter(Expression value) => _postfix.ParseNamedFilter(value);

    public Arguments ParseArguments() => _postfix.ParseArguments();

    private bool AtEnd() => _tokens.Current.Kind is TokenKind.PrintEnd or TokenKind.BlockEnd
        || _tokens.IsSign(")") || _tokens.IsSign("=") || _tokens.IsName("if") || _tokens.IsName("recursive");

    private Expression ParseOr()
    {
        var left = ParseAnd();
        while (_tokens.TakeName("or"))
            left = new LogicExpression(left, ParseAnd(), isAnd: false);
        return left;
    }

    private Expression ParseAnd()
    {
        var left = ParseNot();
        while (_tokens.TakeName("and"))
            left = new LogicExpression(left, ParseNot(), isAnd: true);
        return left;
    }

    private Expression ParseNot()
    {
        if (!_tokens.TakeName("not"))
            return ParseComparison();
        _tokens.Enter();
        var negated = new NotExpression(ParseNot());
        _tokens.Leave();
        return negated;
    }

    private Expression ParseComparison()
    {
        var first = ParseBinary(0);
        var rest = new List<(string Sign, Expression Right)>();
        while (TakeComparison() is { } sign)
            rest.Add((sign, ParseBinary(0)));
        return rest.Count > 0 ? new ComparisonExpression(first, rest) : first;
    }

    private string? TakeComparison()
    {
        if (_tokens.Current.Kind == TokenKind.Sign && Comparisons.Contains(_tokens.Current.Text))
            return _tokens.Next().Text;
        if (_tokens.TakeName("in"))
            return "in";
        if (!_tokens.IsName("not") || !_tokens.Following.Is(TokenKind.Name, "in"))
            return null;
        _tokens.Next();
        _tokens.Next();
        return "not in";
    }

    private Expression ParseBinary(int level)
    {
        if (level == Levels.Length)
            return ParseUnary(withFilter: true);
        var left = ParseBinary(level + 1);
        while (_tokens.Current.Kind == TokenKind.Sign && Levels[level].Contains(_tokens.Current.Text))
        {
            var sign = _tokens.Next().Text;
            var right = ParseBinary(level + 1);
            left = sign == "~" ? new ConcatenationExpression(left, right) : new BinaryExpression(sign, left, right);
        }

        return left;
    }

    private Expression ParseUnary(bool withFilter)
    {
        _tokens.Enter();
        var negates = _tokens.TakeSign("-");
        var value = negates || _tokens.TakeSign("+")
            ? new UnaryExpression(ParseUnary(withFilter: false), negates)
            : _postfix.ParsePrimary();
        value = _postfix.ParsePostfix(value);
        if (withFilter)
            value = _postfix.ParseFilters(value);
        _tokens.Leave();
        return value;
    }
}
