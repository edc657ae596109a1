using System.Net.Http.Json;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>What a completion of token ids gave.</summary>
public sealed record Completed(string RequestId, int[] Tokens, double[] Logprobs, double[] FirstTop);

/// <summary>Asks a host for completions of token ids over HTTP.</summary>
internal static class Completions
{
    public static async Task<Completed> CompleteAsync(this HttpClient client, int[] prompt, int maxTokens, int? logprobs = null)
    {
        using var response = await client.PostAsJsonAsync("/v1/completions", new
        {
            model = await client.ModelAsync(),
            prompt,
            max_tokens = maxTokens,
            temperature = 0,
            logprobs,
            return_token_ids = true,
        });
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        using var json = JsonDocument.Parse(text);
        var choice = json.RootElement.GetProperty("choices")[0];
        return new Completed(
            response.Headers.GetValues("X-Request-Id").Single(),
            [.. choice.GetProperty("token_ids").EnumerateArray().Select(e => e.GetInt32())],
            logprobs is null ? [] : [.. choice.GetProperty("logprobs").GetProperty("token_logprobs")
                .EnumerateArray().Select(e => e.GetDouble())],
            logprobs is null ? [] : [.. choice.GetProperty("logprobs").GetProperty("top_logprobs")[0]
                .EnumerateObject().Select(p => p.Value.GetDouble()).OrderDescending()]);
    }
}
