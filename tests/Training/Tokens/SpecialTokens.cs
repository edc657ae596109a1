namespace Baton.Training.Tokens;

/// <summary>The marks that structure a document; their ids are their places in <see cref="All"/>.</summary>
public static class SpecialTokens
{
    public const int Begin = 0;
    public const int End = 1;

    public static IReadOnlyList<string> All { get; } =
        ["<|begin|>", "<|end|>", "<|user|>", "<|assistant|>", "<|system|>"];

    public static int Role(string role) => role switch
    {
        "user" => 2,
        "assistant" => 3,
        "system" => 4,
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "Unknown role."),
    };
}
