using System.Text.Json.Nodes;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Builtins;
using Baton.Engine.Torch.Templates.Nodes;
using Baton.Engine.Torch.Templates.Syntax;

namespace Baton.Engine.Torch.Templates;

/// <summary>The chat template of a Hugging Face model folder: the part of Jinja that such templates use, bounded.</summary>
public sealed class HuggingFaceChatTemplate : IChatTemplate
{
    private readonly Statement _body;
    private readonly IReadOnlyDictionary<string, string> _specialTokens;
    private readonly TimeProvider _time;

    private HuggingFaceChatTemplate(
        Statement body, IReadOnlyDictionary<string, string> specialTokens, TimeProvider time) =>
        (_body, _specialTokens, _time) = (body, specialTokens, time);

    /// <summary>Reads the template of a model folder; null when the model has none, a refusing one where it cannot be used.</summary>
    /// <param name="folder">The model folder.</param>
    /// <param name="tokenizer">The model's tokenizer, which must know the special tokens that open and end a text.</param>
    /// <exception cref="ModelFormatException">A file is malformed.</exception>
    public static IChatTemplate? Load(string folder, ITokenizer tokenizer)
    {
        var files = TemplateFiles.Read(folder);
        if (files.Source is null)
            return null;
        foreach (var name in new[] { "bos_token", "eos_token" })
        {
            if (files.SpecialTokens.TryGetValue(name, out var token) && tokenizer.TokenId(token) is null)
                throw new ModelFormatException($"tokenizer_config.json: {name} is no token of tokenizer.json.");
        }

        try
        {
            return FromSource(files.Source, files.SpecialTokens, TimeProvider.System);
        }
        catch (ChatTemplateException e)
        {
            return new RefusingTemplate(e.Message);
        }
    }

    /// <summary>Parses a template.</summary>
    /// <param name="source">The template's text.</param>
    /// <param name="specialTokens">More variables, such as bos_token.</param>
    /// <param name="time">The clock of <c>strftime_now</c>.</param>
    /// <exception cref="ChatTemplateException">The template has an error or needs what we lack.</exception>
    public static HuggingFaceChatTemplate FromSource(
        string source, IReadOnlyDictionary<string, string> specialTokens, TimeProvider time)
    {
        if (source.Length > TemplateLimits.MaxSourceLength)
            throw new ChatTemplateException("The chat template is too long.");
        return new HuggingFaceChatTemplate(StatementParser.Parse(source), specialTokens, time);
    }

    public string Render(
        JsonArray messages, bool addGenerationPrompt, JsonArray? tools = null, JsonObject? variables = null)
    {
        var budget = new Budget();
        var frame = new Frame(budget, new TemplateOutput(budget), null);
        Globals.Define(frame, _time);
        foreach (var (name, token) in _specialTokens)
            frame.Set(name, token);
        frame.Set("documents", null);
        foreach (var (name, value) in JsonValues.ReadObject(variables, budget))
            frame.Set((string)name, value);
        frame.Set("messages", JsonValues.Read(messages, budget));
        frame.Set("tools", JsonValues.Read(tools, budget));
        frame.Set("add_generation_prompt", addGenerationPrompt);
        _body.Execute(frame);
        return frame.Output.ToString();
    }
}
