using System.Security.Cryptography;
using System.Text;
using Baton.Host.Api.Errors;
using Microsoft.Extensions.Options;

namespace Baton.Host.Api.Http;

/// <summary>
/// Lets in who brings a key: as a bearer token, as the password of a browser's own prompt (that is how the chat page
/// opens), or, for hubs, as the access_token that browsers can only put into the address.
/// </summary>
internal sealed class ApiKeyMiddleware
{
    private static readonly PathString[] Open = ["/live", "/ready", "/health"];

    private readonly RequestDelegate _next;

    // Digests of equal length: comparing them takes the same time however much of a guess is right.
    private readonly byte[][] _digests;

    public ApiKeyMiddleware(RequestDelegate next, IOptions<ApiOptions> options)
    {
        _next = next;
        _digests = [.. options.Value.ApiKeys.Select(Digest)];
    }

    public Task InvokeAsync(HttpContext context)
    {
        if (_digests.Length == 0 || Open.Contains(context.Request.Path) || IsKnown(KeyOf(context.Request)))
        {
            return _next(context);
        }

        var wantsPage = HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        context.Response.Headers.WWWAuthenticate =
            wantsPage ? "Basic realm=\"baton\", charset=\"UTF-8\"" : "Bearer realm=\"baton\"";
        return ErrorWriter.WriteAsync(context, ApiError.OfStatus(StatusCodes.Status401Unauthorized));
    }

    private bool IsKnown(string? key)
    {
        if (key is null)
        {
            return false;
        }

        var digest = Digest(key);
        var known = false;
        foreach (var candidate in _digests)
        {
            known |= CryptographicOperations.FixedTimeEquals(candidate, digest);
        }

        return known;
    }

    private static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return header[7..].Trim();
        }

        if (header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
        {
            var bytes = new byte[header.Length];
            return Convert.TryFromBase64String(header[6..].Trim(), bytes, out var length)
                && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [_, var password]
                ? password
                : null;
        }

        return request.Path.StartsWithSegments("/hubs", StringComparison.Ordinal)
            ? request.Query["access_token"].FirstOrDefault()
            : null;
    }

    private static byte[] Digest(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
