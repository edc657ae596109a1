using System.Reflection;
using System.Text.Json;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Requests;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Endpoints;

/// <summary>What is served: the model, the version, that this process answers.</summary>
internal sealed class ModelEndpoints(ServedModel model)
{
    private static readonly string Version =
        typeof(ModelEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>GET /v1/models.</summary>
    public Task ListAsync(HttpContext context) => Json.AnswerAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>GET /v1/models/{id}; ids may hold slashes.</summary>
    public Task OneAsync(HttpContext context, string id)
    {
        // Clients escape the slash, and a route leaves an escaped one as it is.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return id == model.Info.Id
            ? Json.AnswerAsync(context, Write)
            : ErrorWriter.WriteAsync(context, GenerationReader.ModelNotFound(id));
    }

    /// <summary>GET /health.</summary>
    public static Task HealthAsync(HttpContext context) => Json.AnswerAsync(context, static json =>
    {
        json.WriteStartObject();
        json.WriteString("status"u8, "ok"u8);
        json.WriteEndObject();
    });

    /// <summary>GET /version.</summary>
    public static Task VersionAsync(HttpContext context) => Json.AnswerAsync(context, static json =>
    {
        json.WriteStartObject();
        json.WriteString("version"u8, Version);
        json.WriteEndObject();
    });

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Info.Id);
        json.WriteString("object"u8, "model"u8);
        json.WriteNumber("created"u8, model.Created.ToUnixTimeSeconds());
        json.WriteString("owned_by"u8, "baton"u8);
        json.WriteNumber("max_model_len"u8, model.Info.MaxContext);
        json.WriteEndObject();
    }
}
