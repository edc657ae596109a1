namespace Baton.Core.Routing;

/// <summary>The workers that a choice is made among.</summary>
/// <param name="IsPrefill">Which phase they serve.</param>
/// <param name="Fingerprint">Of their blocks; null where any will do.</param>
internal readonly record struct RoutePhase(bool IsPrefill, string? Fingerprint)
{
    public bool Has(WorkerSnapshot worker) =>
        worker.IsPrefill == IsPrefill && (Fingerprint is null || worker.Fingerprint == Fingerprint);
}
