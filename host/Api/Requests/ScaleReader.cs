using System.Text.Json;
using Baton.Host.Api.Errors;

namespace Baton.Host.Api.Requests;

/// <summary>How many workers an operator wants; both null to give the decision back.</summary>
internal readonly record struct ScaleRequest(int? Prefill, int? Decode)
{
    public bool IsRelease => Prefill is null && Decode is null;
}

/// <summary>Reads {"prefill":2,"decode":3}, a part of it, or {"mode":"auto"}.</summary>
internal static class ScaleReader
{
    private const int Most = 256;

    public static (ScaleRequest Request, ApiError? Error) Read(JsonElement body)
    {
        if (body.EnumerateObject().Select(m => m.Name).FirstOrDefault(n => n is not ("prefill" or "decode" or "mode")) is { } unknown)
        {
            return (default, ApiError.Invalid(unknown, $"'{unknown}' is not known here.", "unknown_parameter"));
        }

        var fields = new FieldReader(body);
        var request = new ScaleRequest((int?)fields.Integer("prefill", 0, Most), (int?)fields.Integer("decode", 0, Most));
        var auto = fields.TryGet("mode", out var mode);
        if (auto && !(mode.ValueKind == JsonValueKind.String && mode.ValueEquals("auto")))
        {
            fields.Refuse("mode", "mode must be \"auto\".");
        }

        if (auto != request.IsRelease)
        {
            fields.Refuse(null, "Give prefill, decode or both, or else \"mode\": \"auto\".");
        }

        return (request, fields.Error);
    }
}
