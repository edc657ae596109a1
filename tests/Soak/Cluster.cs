using System.Net.Http.Json;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Soak;

/// <summary>The host under test over HTTP.</summary>
internal sealed class Cluster(HttpClient client, string model)
{
    public async Task<JsonElement[]> Workers(CancellationToken cancellationToken) =>
        [.. (await client.GetJsonAsync("/cluster", cancellationToken)).GetProperty("workers").EnumerateArray()];

    /// <summary>The tokens and the request's id; or the reason why there are none.</summary>
    public async Task<(int[] Tokens, string Request, string? Failure)> Complete(
        int[] prompt, int tokens, CancellationToken cancellationToken)
    {
        using var response = await client.PostAsJsonAsync(
            "/v1/completions",
            new { model, prompt, max_tokens = tokens, temperature = 0, return_token_ids = true },
            cancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        if (!response.IsSuccessStatusCode)
            return ([], "", $"{(int)response.StatusCode} {json.RootElement}");
        var ids = json.RootElement.GetProperty("choices")[0].GetProperty("token_ids");
        return ([.. ids.EnumerateArray().Select(e => e.GetInt32())],
            response.Headers.GetValues("X-Request-Id").Single(), null);
    }

    public async Task<bool> WasHandedOver(string request, CancellationToken cancellationToken) =>
        (await client.GetJsonAsync($"/cluster/requests/{request}", cancellationToken))
            .GetProperty("disaggregated").GetBoolean();
}
