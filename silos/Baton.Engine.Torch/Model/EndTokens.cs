using Baton.Core.Text;
using Baton.Engine.Torch.Templates;

namespace Baton.Engine.Torch.Model;

/// <summary>
/// The tokens that end an answer: those of the generation config, and the tokenizer's own, which a model that was tuned to
/// another template may have changed alone.
/// </summary>
public static class EndTokens
{
    /// <exception cref="ModelFormatException">tokenizer_config.json is malformed.</exception>
    public static int[] Read(string folder, ITokenizer tokenizer, GenerationDefaults generation)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(generation);
        var own = TemplateFiles.Read(folder).SpecialTokens.TryGetValue("eos_token", out var name) ? tokenizer.TokenId(name) : null;
        return own is { } token ? [.. generation.EndTokens.Union([token])] : generation.EndTokens;
    }
}
