using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Baton.Client;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Benching;

/// <summary>
/// Prompts of which only lengths, and maybe the names of parts, are known: token ids that the served model has, drawn by
/// seed. Parts of equal name are equal.
/// </summary>
internal sealed class PromptSource(int[] alphabet, int seed)
{
    private const string Sample =
        "Once upon a time there was a little girl who had a red ball, and every day she went to the park with her dog. "
        + "The big tree, the old house and the small blue bird were her friends; they played, sang and told each other stories.";

    /// <summary>Asks the gateway which ids a text has.</summary>
    public static async Task<PromptSource> AskAsync(HttpClient http, int seed, CancellationToken cancellationToken)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri("tokenize", UriKind.Relative), new { prompt = Sample }, cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
        int[] ids = [.. (answer?["tokens"]?.AsArray() ?? []).Select(t => (int)t!).Distinct().Order()];
        return ids.Length > 0
            ? new PromptSource(ids, seed)
            : throw new BatonException("bad_answer", "The gateway does not say which tokens a text has.");
    }

    public int[] Prompt(Arrival arrival, int number)
    {
        var tokens = new int[arrival.PromptTokens];
        for (var i = 0; i < tokens.Length; i++)
        {
            var name = arrival.Prefix is { } parts ? parts[Math.Min(i / PromptContent.PartTokens, parts.Length - 1)] : ~number;
            tokens[i] = alphabet[(int)(Mix(((ulong)(uint)name << 32) | (uint)i) % (ulong)alphabet.Length)];
        }

        return tokens;
    }

    // SplitMix64: no run may differ from another by more than its seed.
    private ulong Mix(ulong z)
    {
        z += 0x9E3779B97F4A7C15 * (ulong)(seed + 1);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
