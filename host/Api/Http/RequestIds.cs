using System.Security.Cryptography;
using System.Text;
using Baton.Host.Api.Errors;

namespace Baton.Host.Api.Http;

/// <summary>The id of a request: the client's, one that stands for its idempotency key, or a fresh one.</summary>
internal static class RequestIds
{
    public const string Header = "X-Request-Id";
    public const string IdempotencyHeader = "Idempotency-Key";
    public const int MaxLength = 128;
    private const int MaxKeyLength = 512;

    public static bool IsValid(string id) =>
        id.Length is > 0 and <= MaxLength
        && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');

    /// <summary>Thirty-two hex digits that nobody had before.</summary>
    public static string Fresh() => Guid.NewGuid().ToString("N");

    /// <summary>The id that answers carry from the start; generations may choose another.</summary>
    public static string Of(HttpContext context) => context.Response.Headers[Header].ToString();

    /// <summary>
    /// Chooses the id of a generation and puts it on the response. An idempotency key comes first: whoever repeats it
    /// must find the same session on any gateway, so the id is derived from nothing else.
    /// </summary>
    public static ApiError? Choose(HttpContext context, string? inBody)
    {
        var headers = context.Request.Headers;
        if (headers.TryGetValue(IdempotencyHeader, out var keys))
        {
            var key = keys.ToString();
            if (keys.Count != 1 || key.Length is 0 or > MaxKeyLength)
            {
                return ApiError.Invalid(IdempotencyHeader, $"{IdempotencyHeader} has 1 to {MaxKeyLength} characters.");
            }

            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
            context.Response.Headers[Header] = "idem-" + hash[..40];
        }
        else if (inBody is not null)
        {
            if (!IsValid(inBody))
            {
                return Malformed("request_id");
            }

            if (headers.ContainsKey(Header) && Of(context) != inBody)
            {
                return ApiError.Invalid("request_id", $"request_id and {Header} name two different ids.");
            }

            context.Response.Headers[Header] = inBody;
        }

        return null;
    }

    public static ApiError Malformed(string param) => ApiError.Invalid(
        param, $"A request id has 1 to {MaxLength} letters, digits, dots, colons, hyphens or underscores.");
}
