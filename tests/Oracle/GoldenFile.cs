using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Oracle;

/// <summary>Expected outputs of one model, as stored under tests/Golden.</summary>
public sealed record GoldenFile
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        IndentSize = 1,
    };

    public required string Model { get; init; }

    public required string MadeWith { get; init; }

    public string Decoding { get; init; } = "greedy (argmax)";

    public required int MaxNewTokens { get; init; }

    public required IReadOnlyList<int> EosIds { get; init; }

    public string Note { get; init; } =
        "prompt_ids include the begin token; output_ids end with the end token when it was produced; top_logprobs " +
        "are natural logs of softmax over the whole vocabulary for the token after context_ids";

    public string MarginNote { get; init; } =
        "min_margin: smallest gap between the best and the second logit over the output; first_near_tie: first " +
        "output position with a gap under 0.001 (null: none). Up to that position every correct float32 " +
        "implementation must give the same ids.";

    public required IReadOnlyDictionary<string, string> WeightsSha256 { get; init; }

    public required IReadOnlyList<GoldenRun> Greedy { get; init; }

    public required IReadOnlyList<GoldenLogprobs> TopLogprobs { get; init; }

    public static GoldenFile Read(string path) =>
        JsonSerializer.Deserialize<GoldenFile>(File.ReadAllText(path), Layout)
        ?? throw new InvalidDataException("The golden file is empty.");

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Layout) + "\n");
}

/// <summary>A prompt and its greedy continuation.</summary>
public sealed record GoldenRun(
    string Prompt,
    IReadOnlyList<int> PromptIds,
    IReadOnlyList<int> OutputIds,
    string OutputText,
    string Stop,
    double MinMargin,
    int? FirstNearTie);

/// <summary>The likeliest tokens after a context.</summary>
public sealed record GoldenLogprobs(IReadOnlyList<int> ContextIds, IReadOnlyList<GoldenToken> Top);

/// <summary>A token and its natural log-probability.</summary>
public sealed record GoldenToken(int Id, [property: JsonPropertyName("logprob")] double LogProbability);
