using System.Text.Json.Nodes;

namespace Baton.Core.Text;

/// <summary>Turns chat messages into the prompt that a model was trained on. Immutable.</summary>
public interface IChatTemplate
{
    /// <summary>Renders <paramref name="messages"/> (objects with role, content and what else the client sent).</summary>
    /// <param name="messages">The conversation, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether to open the assistant's turn at the end.</param>
    /// <param name="tools">The tools offered, in OpenAI's shape, or null.</param>
    /// <param name="variables">More variables for the template (chat_template_kwargs), or null.</param>
    /// <exception cref="ChatTemplateException">The template refused the conversation or went over its bounds.</exception>
    string Render(JsonArray messages, bool addGenerationPrompt, JsonArray? tools = null, JsonObject? variables = null);
}
