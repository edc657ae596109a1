using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Host.Api.Responses;

/// <summary>Which of OpenAI's answers a generation is written as.</summary>
internal enum AnswerKind
{
    Chat,
    Completion,
}

/// <summary>
/// How an answer is written; travels with the session, so that every gateway replays the same bytes. Holds nothing of
/// the prompt or the text.
/// </summary>
internal sealed record ResponseFormat
{
    public required AnswerKind Kind { get; init; }

    public required string Model { get; init; }

    public required long Created { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    public bool ContinuousUsage { get; init; }

    public bool ReturnTokenIds { get; init; }

    /// <summary>Null: no log-probabilities.</summary>
    public int? TopLogprobs { get; init; }

    public int ChoicesPerPrompt { get; init; } = 1;

    public bool IsChat => Kind == AnswerKind.Chat;

    public string ToText() => JsonSerializer.Serialize(this, FormatJson.Default.ResponseFormat);

    public static ResponseFormat Parse(string text) =>
        JsonSerializer.Deserialize(text, FormatJson.Default.ResponseFormat)
        ?? throw new FormatException("The session's answer has no format.");

    /// <summary>The id that the answer itself carries.</summary>
    public string AnswerId(string requestId) => (IsChat ? "chatcmpl-" : "cmpl-") + requestId;
}

[JsonSerializable(typeof(ResponseFormat))]
[JsonSourceGenerationOptions(IgnoreReadOnlyProperties = true)]
internal sealed partial class FormatJson : JsonSerializerContext;
