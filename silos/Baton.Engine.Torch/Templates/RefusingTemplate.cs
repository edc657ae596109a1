using System.Text.Json.Nodes;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates;

/// <summary>
/// Stands for a chat template that has an error or needs what we lack: each chat is told so, and completions, which need
/// no template, are served.
/// </summary>
/// <param name="Reason">What is wrong with it.</param>
public sealed record RefusingTemplate(string Reason) : IChatTemplate
{
    public string Render(JsonArray messages, bool addGenerationPrompt, JsonArray? tools = null, JsonObject? variables = null) =>
        throw new ChatTemplateException($"it cannot be used ({Reason}); use /v1/completions.");
}
