using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>What a missing variable, key or index gives: empty text, false, and an error for most else.</summary>
internal sealed record Undefined(string Name)
{
    public ChatTemplateException Error() => new($"The chat template needs '{Name}', which is undefined.");
}
