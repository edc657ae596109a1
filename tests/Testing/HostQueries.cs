using System.Text.Json;

namespace Baton.Testing;

/// <summary>What every client of a host asks first.</summary>
public static class HostQueries
{
    public static async Task<JsonElement> GetJsonAsync(
        this HttpClient client, string path, CancellationToken cancellationToken = default)
    {
        using var json = JsonDocument.Parse(await client.GetStringAsync(path, cancellationToken));
        return json.RootElement.Clone();
    }

    /// <summary>The name of the model that it serves.</summary>
    public static async Task<string> ModelAsync(this HttpClient client) =>
        (await client.GetJsonAsync("/v1/models")).GetProperty("data")[0].GetProperty("id").GetString()!;
}
