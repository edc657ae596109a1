using System.Globalization;
using Baton.Core.Planning;

namespace Baton.Core.Routing;

/// <summary>
/// The time until the prompt's first token, by the worker's own costs, and until its KV is with the decode worker, where
/// that is on another host; then the freest pool. Higher is better.
/// </summary>
internal static class PrefillScore
{
    // Of a worker whose costs are not known: seconds for each token before it.
    private const double SecondsPerToken = 1e-3;

    // A pool that is full will make it wait, if only for its acknowledgements.
    private const double SecondsOfAFullPool = 0.1;

    public static double Of(WorkerSnapshot worker, RouteRequest request, string? decodeHost) =>
        0 - FirstToken(worker, request) - Transfer(worker, request, decodeHost) - (Used(worker) * SecondsOfAFullPool);

    public static string Why(WorkerSnapshot worker, RouteRequest request, string? decodeHost) => string.Create(
        CultureInfo.InvariantCulture,
        $"-first token {FirstToken(worker, request):0.000} s behind {Ahead(worker)} tokens - transfer {Transfer(worker, request, decodeHost):0.000} s - {SecondsOfAFullPool} x used {Used(worker):0.000}");

    private static double FirstToken(WorkerSnapshot worker, RouteRequest request)
    {
        int tokens = Ahead(worker) + request.Tokens;
        double ms = PromptTime.Ms(worker.Profile, tokens, 0, worker.StepTokens);
        return ms > 0 ? ms / 1000 : tokens * SecondsPerToken;
    }

    private static double Transfer(WorkerSnapshot worker, RouteRequest request, string? decodeHost) =>
        decodeHost is null || decodeHost == worker.Host ? 0 : worker.Profile.TransferMs(request.Tokens) / 1000;

    private static int Ahead(WorkerSnapshot worker) => worker.Load.PrefillTokens + worker.PendingTokens;

    private static double Used(WorkerSnapshot worker) => worker.Load.BlocksUsed / (double)Math.Max(1, worker.Load.BlocksTotal);
}
