using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Baton.Host.Api.Errors;
using Microsoft.Net.Http.Headers;

namespace Baton.Host.Api.Http;

/// <summary>A JSON object that a client sent, and a digest of its bytes.</summary>
internal sealed record JsonBody(JsonElement Root, string Digest)
{
    /// <summary>Reads a request's body, within the bounds; exactly one of the two results is not null.</summary>
    public static async Task<(JsonBody? Body, ApiError? Error)> ReadAsync(HttpContext context, ApiOptions options)
    {
        var request = context.Request;
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !(type.MatchesMediaType("application/json") || type.Suffix == "json"))
        {
            return (null, ApiError.OfStatus(StatusCodes.Status415UnsupportedMediaType));
        }

        if (request.ContentLength > options.MaxBodyBytes)
        {
            return (null, TooLarge(options));
        }

        while (true)
        {
            var read = await request.BodyReader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > options.MaxBodyBytes)
            {
                return (null, TooLarge(options));
            }

            if (read.IsCompleted)
            {
                var result = Parse(read.Buffer.ToArray(), options);
                request.BodyReader.AdvanceTo(read.Buffer.End);
                return result;
            }

            request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>Reads a body that is in memory already.</summary>
    public static (JsonBody? Body, ApiError? Error) Parse(ReadOnlyMemory<byte> utf8, ApiOptions options)
    {
        if (utf8.Length > options.MaxBodyBytes)
        {
            return (null, TooLarge(options));
        }

        try
        {
            CheckText(utf8.Span, options.MaxDepth);
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = options.MaxDepth });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (new JsonBody(document.RootElement.Clone(), Convert.ToHexStringLower(SHA256.HashData(utf8.Span))), null)
                : (null, ApiError.Invalid(null, "The body must be a JSON object.", "invalid_json"));
        }
        catch (JsonException e)
        {
            var where = e.LineNumber is { } line ? $" at line {line + 1}, byte {e.BytePositionInLine + 1}" : "";
            return (null, ApiError.Invalid(null, $"The body is not valid JSON{where}.", "invalid_json"));
        }
        catch (InvalidOperationException)
        {
            return (null, ApiError.Invalid(null, "The body holds text that is not valid Unicode.", "invalid_json"));
        }
    }

    /// <summary>Unpaired surrogates only show when a string is taken out; once, here, keeps every later use safe.</summary>
    private static void CheckText(ReadOnlySpan<byte> utf8, int maxDepth)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            {
                reader.GetString();
            }
        }
    }

    private static ApiError TooLarge(ApiOptions options) => new(
        StatusCodes.Status413PayloadTooLarge,
        $"The request body is larger than {options.MaxBodyBytes} bytes.",
        "request_too_large");
}
