namespace Baton.Core.Routing;

/// <summary>Which workers cannot take a request at all, and why.</summary>
internal static class RouteFilter
{
    public const string TooSmall = "its KV pool is too small";

    /// <returns>Null when it can.</returns>
    public static string? Of(RouteRequest request, WorkerSnapshot worker) =>
        worker.Unavailable is { } unavailable ? unavailable
        : worker.Model != request.Model ? "serves another model"
        : !Fits(request, worker) ? TooSmall
        : null;

    private static bool Fits(RouteRequest request, WorkerSnapshot worker) =>
        (long)worker.Load.BlocksTotal * worker.BlockTokens >= (worker.IsPrefill ? request.Tokens : request.MaxTokens);
}
