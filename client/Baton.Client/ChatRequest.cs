namespace Baton.Client;

/// <summary>A chat to go on with. What is null is the server's to choose.</summary>
public sealed record ChatRequest
{
    /// <summary>The conversation, oldest first.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>Id to cancel and resume by; null makes one.</summary>
    public string? RequestId { get; init; }

    /// <summary>The most tokens to generate.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>0 always takes the likeliest token.</summary>
    public double? Temperature { get; init; }

    /// <summary>The same seed gives the same answer.</summary>
    public long? Seed { get; init; }

    /// <summary>Whether tokens come with their log-probability.</summary>
    public bool Logprobs { get; init; }

    /// <summary>Further fields of a chat-completions body, by their names there.</summary>
    public IReadOnlyDictionary<string, object> More { get; init; } = new Dictionary<string, object>();

    /// <summary>The body as the hub takes it, in either protocol.</summary>
    internal Dictionary<string, object> ToBody(string requestId)
    {
        var body = new Dictionary<string, object>(More)
        {
            ["requestId"] = requestId,
            ["messages"] = Messages
                .Select(m => new Dictionary<string, object> { ["role"] = m.Role, ["content"] = m.Content })
                .ToArray(),
        };
        Add("max_completion_tokens", MaxTokens);
        Add("temperature", Temperature);
        Add("seed", Seed);
        Add("logprobs", Logprobs ? true : null);
        return body;

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }
    }
}
