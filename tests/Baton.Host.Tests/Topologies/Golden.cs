using System.Text.Json;

namespace Baton.Host.Tests.Topologies;

/// <summary>Outputs that independent implementations agree on.</summary>
public sealed record Golden(int MaxTokens, IReadOnlyList<GoldenSequence> Greedy, IReadOnlyList<GoldenPosition> Positions)
{
    public static Golden Read(string path)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(path));
        return new Golden(
            json.RootElement.GetProperty("max_new_tokens").GetInt32(),
            [.. json.RootElement.GetProperty("greedy").EnumerateArray().Select(e => new GoldenSequence(
                Ids(e.GetProperty("prompt_ids")), Ids(e.GetProperty("output_ids"))))],
            [.. json.RootElement.GetProperty("top_logprobs").EnumerateArray().Select(e => new GoldenPosition(
                Ids(e.GetProperty("context_ids")),
                [.. e.GetProperty("top").EnumerateArray().Select(t => t.GetProperty("logprob").GetDouble())]))]);
    }

    private static int[] Ids(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];
}

/// <summary>A prompt and its greedy continuation.</summary>
public sealed record GoldenSequence(int[] Prompt, int[] Output);

/// <summary>Natural-log probabilities of the likeliest tokens after a context, best first.</summary>
public sealed record GoldenPosition(int[] Context, double[] Top);
