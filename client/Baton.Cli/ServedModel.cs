using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Baton.Client;

namespace Baton.Cli;

/// <summary>The model that a gateway serves.</summary>
internal static class ServedModel
{
    public static async Task<string> AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var models = await http.GetFromJsonAsync<JsonNode>(new Uri("v1/models", UriKind.Relative), cancellationToken);
        return (string?)models?["data"]?[0]?["id"] ?? throw new BatonException("bad_answer", "The gateway names no model.");
    }
}
