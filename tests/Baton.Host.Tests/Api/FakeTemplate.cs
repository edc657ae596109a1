using System.Text.Json.Nodes;
using Baton.Core.Text;

namespace Baton.Host.Tests.Api;

/// <summary>role:content; for each message, and the answer's turn; refuses the role "forbidden".</summary>
internal sealed class FakeTemplate : IChatTemplate
{
    public JsonObject? Variables { get; private set; }

    public string Render(
        JsonArray messages, bool addGenerationPrompt, JsonArray? tools = null, JsonObject? variables = null)
    {
        Variables = variables;
        var turns = messages.Select(m => (string?)m!["role"] == "forbidden"
            ? throw new ChatTemplateException("this role is forbidden")
            : $"{m["role"]}:{m["content"]};");
        return string.Concat(turns) + (addGenerationPrompt ? "assistant:" : "");
    }
}
