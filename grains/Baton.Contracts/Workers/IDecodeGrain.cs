using Baton.Core.Engine;

namespace Baton.Contracts.Workers;

/// <summary>Generates tokens, from KV that it is handed or that it computes itself.</summary>
[Alias("baton.IDecodeGrain")]
public interface IDecodeGrain : IWorkerGrain
{
    /// <summary>Prefills and decodes here.</summary>
    [Alias("Generate")]
    Task<OrderResult> Generate(WorkOrder order);

    /// <summary>Reserves blocks for KV that a prefill worker will hand over; answers once there is room.</summary>
    [Alias("Reserve"), ResponseTimeout("00:10:00")]
    Task<OrderResult> Reserve(WorkOrder order);

    /// <summary>Copies the leading KV of a decoding sequence, which goes on, to the order's target, to move less later.</summary>
    /// <param name="order">The copy: its tokens are whole blocks, its key is of no attempt.</param>
    /// <param name="running">The sequence.</param>
    [Alias("Copy")]
    Task<OrderResult> Copy(WorkOrder order, SequenceKey running);

    /// <summary>Stops a decoding sequence between two steps, to move it.</summary>
    /// <param name="worker">The life of the worker that decodes it.</param>
    /// <param name="key">The sequence.</param>
    /// <returns>How many tokens it has generated, all of them on their way; null when it is not decoding there.</returns>
    [Alias("Freeze")]
    Task<int?> Freeze(WorkerId worker, SequenceKey key);

    /// <summary>Hands the KV of a frozen sequence to the order's target.</summary>
    /// <param name="order">The sequence as it is called from now on.</param>
    /// <param name="frozen">The sequence as it was frozen.</param>
    [Alias("HandOver")]
    Task<OrderResult> HandOver(WorkOrder order, SequenceKey frozen);
}
