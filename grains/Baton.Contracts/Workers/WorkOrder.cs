using Baton.Core.Engine;

namespace Baton.Contracts.Workers;

/// <summary>A sequence on its way to a worker.</summary>
[GenerateSerializer, Immutable, Alias("baton.WorkOrder")]
public sealed record WorkOrder
{
    /// <summary>The life of the worker that was chosen; another refuses the order.</summary>
    [Id(0)] public required WorkerId Worker { get; init; }

    [Id(1)] public required SequenceRequest Sequence { get; init; }

    /// <summary>Who ordered it and takes its tokens; once that life has ended, nobody waits for it any more.</summary>
    [Id(2)] public required GatewayId Gateway { get; init; }

    /// <summary>For a prefill: who decodes, and what it already holds.</summary>
    [Id(3)] public HandoffTarget? Target { get; init; }
}

/// <summary>The decode side of a handoff, after it has reserved.</summary>
/// <param name="Worker">Who decodes; the id of the KV stream.</param>
/// <param name="HostId">Where its memory is.</param>
/// <param name="CachedTokens">Leading positions that it holds already and that are not sent.</param>
[GenerateSerializer, Immutable, Alias("baton.HandoffTarget")]
public sealed record HandoffTarget(WorkerId Worker, string HostId, int CachedTokens);

/// <summary>A worker's answer to an order.</summary>
/// <param name="Refusal">Null when accepted; else why not.</param>
/// <param name="Target">For a reservation: what the prefill side must know.</param>
[GenerateSerializer, Immutable, Alias("baton.OrderResult")]
public sealed record OrderResult(string? Refusal, HandoffTarget? Target = null)
{
    public static OrderResult Accepted { get; } = new((string?)null);

    public bool IsAccepted => Refusal is null;
}
