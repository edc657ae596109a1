using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Errors;

/// <summary>What a session's refusal or failure means over HTTP.</summary>
internal static class StartErrors
{
    /// <summary>The error for a refused start; null when it was accepted.</summary>
    public static ApiError? Of(StartResult start, ApiOptions options)
    {
        var wait = start.RetryAfter ?? options.RetryAfter;
        return start.Outcome switch
        {
            StartOutcome.Started or StartOutcome.Attached => null,
            StartOutcome.Conflict => new(
                StatusCodes.Status409Conflict,
                Or(start, "Another request with a different body has this id."),
                "request_conflict"),
            StartOutcome.Overloaded => new(
                StatusCodes.Status429TooManyRequests, Or(start, "Too much is waiting."), "overloaded", null, wait),
            StartOutcome.NoWorker => new(
                StatusCodes.Status503ServiceUnavailable, Or(start, "No worker is ready."), "no_worker", null, wait),
            StartOutcome.Draining => new(
                StatusCodes.Status503ServiceUnavailable, Or(start, "The server is leaving."), "draining", null, wait),
            StartOutcome.Impossible => ApiError.Invalid(
                null, Or(start, "The request is larger than any worker."), "request_too_large"),
            _ => ApiError.OfStatus(StatusCodes.Status500InternalServerError),
        };
    }

    /// <summary>The status of a request that ended without a result before anything of it was sent.</summary>
    public static ApiError OfFailure(SessionEvent error, ApiOptions options) => error.Reason switch
    {
        "cancelled" => new(
            StatusCodes.Status499ClientClosedRequest, error.Message ?? "The request was cancelled.", "cancelled"),
        "internal_error" => ApiError.OfStatus(StatusCodes.Status500InternalServerError),
        _ => new(
            StatusCodes.Status503ServiceUnavailable,
            error.Message ?? "The request failed.",
            error.Reason ?? "failed",
            null,
            options.RetryAfter),
    };

    private static string Or(StartResult start, string message) =>
        start.Message.Length > 0 ? start.Message : message;
}
