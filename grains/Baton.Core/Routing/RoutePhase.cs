namespace Baton.Core.Routing;

/// <summary>The workers that a choice is made among.</summary>
/// <param name="IsPrefill">Which phase they serve.</param>
/// <param name="Fingerprint">Of their blocks; null where any will do.</param>
/// <param name="DecodeHost">Where the KV of a prompt is to go; null where nothing is to go anywhere.</param>
internal readonly record struct RoutePhase(bool IsPrefill, string? Fingerprint, string? DecodeHost)
{
    public double Score(WorkerSnapshot worker, RouteRequest request) =>
        IsPrefill ? PrefillScore.Of(worker, request, DecodeHost) : DecodeScore.Of(worker, request);

    public string Why(WorkerSnapshot worker, RouteRequest request) =>
        IsPrefill ? PrefillScore.Why(worker, request, DecodeHost) : DecodeScore.Why(worker, request);

    public bool Has(WorkerSnapshot worker) =>
        worker.IsPrefill == IsPrefill && (Fingerprint is null || worker.Fingerprint == Fingerprint);
}
