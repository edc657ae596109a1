using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates;

/// <summary>Rendered text with a bound.</summary>
internal sealed class TemplateOutput(Budget budget)
{
    private readonly StringBuilder _text = new();

    public void Write(string text)
    {
        budget.Text(text.Length);
        if (_text.Length + text.Length > TemplateLimits.MaxOutputLength)
            throw new ChatTemplateException("The prompt that the chat template makes is too long.");
        _text.Append(text);
    }

    public override string ToString() => _text.ToString();
}
