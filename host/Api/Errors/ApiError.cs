namespace Baton.Host.Api.Errors;

/// <summary>An answer that is not a result. The message is for people: no path, no address, no prompt.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">One or two sentences.</param>
/// <param name="Code">For programs.</param>
/// <param name="Param">The field at fault, if one is.</param>
/// <param name="RetryAfter">When to come back, if that helps.</param>
internal sealed record ApiError(
    int Status, string Message, string Code, string? Param = null, TimeSpan? RetryAfter = null)
{
    /// <summary>OpenAI's class of error, which its clients switch on.</summary>
    public string Type => Status switch
    {
        401 => "authentication_error",
        429 => "rate_limit_error",
        501 => "not_implemented_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };

    public static ApiError Invalid(string? param, string message, string code = "invalid_value") =>
        new(StatusCodes.Status400BadRequest, message, code, param);

    public static ApiError NotFound(string message, string code = "not_found", string? param = null) =>
        new(StatusCodes.Status404NotFound, message, code, param);

    public static ApiError UnknownRequest(string id) =>
        NotFound($"There is no request '{id}': it never ran here, or it was kept long enough.", "request_not_found");

    public static ApiError UnknownWorker(string id) =>
        NotFound($"There is no worker '{id}'; GET /cluster lists them.", "worker_not_found");

    /// <summary>The words for a status that a part of the framework set without any.</summary>
    public static ApiError OfStatus(int status) => status switch
    {
        401 => new(status, "Bring an API key: 'Authorization: Bearer KEY'.", "invalid_api_key"),
        404 => NotFound("There is nothing at this address."),
        405 => new(status, "This address does not take this method.", "method_not_allowed"),
        413 => new(status, "The request body is too large.", "request_too_large"),
        415 => new(status, "The body must be JSON, sent as 'Content-Type: application/json'.", "unsupported_media_type"),
        >= 500 => new(status, "The request failed inside the server.", "internal_error"),
        _ => new(status, "The request cannot be read.", "bad_request"),
    };
}
