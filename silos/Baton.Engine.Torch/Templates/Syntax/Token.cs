using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Syntax;

internal enum TokenKind
{
    Text,
    PrintBegin,
    PrintEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Whole,
    Real,
    Sign,
    End,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    public ChatTemplateException Error(string what) => new($"Chat template, line {Line}: {what}.");

    public bool Is(TokenKind kind, string text) => Kind == kind && Text == text;
}
