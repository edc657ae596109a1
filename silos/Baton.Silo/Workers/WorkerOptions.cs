namespace Baton.Silo.Workers;

/// <summary>The bounds of a worker between its engine and the cluster.</summary>
public sealed record WorkerOptions
{
    /// <summary>Tokens that may wait for a slow gateway before the engine waits for it.</summary>
    public int MaxUndelivered { get; init; } = 65_536;

    /// <summary>How long a delivery to a gateway that does not answer is tried again before its sequences end.</summary>
    public TimeSpan DeliveryDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The pause between two tries.</summary>
    public TimeSpan DeliveryRetry { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How often a worker asks gateways whether they still want the sequences that it has had for so long: a release that
    /// was lost, or that an order overtook, would hold blocks for as long as the worker lives.
    /// </summary>
    public TimeSpan AuditInterval { get; init; } = TimeSpan.FromSeconds(10);
}
