using Baton.Core.Sampling;

namespace Baton.Core.Engine;

/// <summary>What the outside asks of an engine; taken up between two steps.</summary>
public abstract record EngineCommand
{
    private EngineCommand()
    {
    }

    /// <summary>Queue a sequence whose work is <see cref="SequenceWork.Whole"/> or <see cref="SequenceWork.Prefill"/>.</summary>
    public sealed record Start(SequenceRequest Request) : EngineCommand;

    /// <summary>Hold blocks for a sequence whose work is <see cref="SequenceWork.Import"/>; answers once there is room.</summary>
    /// <param name="Request">The sequence; its tokens are those whose KV will come.</param>
    /// <param name="Reply">Completed by the engine, continuations elsewhere.</param>
    public sealed record Reserve(SequenceRequest Request, TaskCompletionSource<Reservation> Reply) : EngineCommand;

    /// <summary>The KV of a reserved sequence has arrived and is verified: decode it.</summary>
    /// <param name="Key">The reserved sequence.</param>
    /// <param name="First">The token that prefill drew: already sent to the client, not reported again.</param>
    public sealed record Activate(SequenceKey Key, SampledToken First) : EngineCommand;

    /// <summary>Take a decoding sequence out of the batch, so that it can be handed to another worker.</summary>
    /// <param name="Key">The sequence.</param>
    /// <param name="Reply">How many tokens it has generated; null when it is not decoding here.</param>
    public sealed record Freeze(SequenceKey Key, TaskCompletionSource<int?> Reply) : EngineCommand;

    /// <summary>Report the KV of a frozen sequence, to be handed over under another key; it fails if there is none.</summary>
    public sealed record HandOver(SequenceKey Key, SequenceKey Under) : EngineCommand;

    /// <summary>Report the leading KV of a decoding sequence, which goes on; it fails if that is not there.</summary>
    /// <param name="Key">The sequence.</param>
    /// <param name="Under">What the copy is called: it holds the blocks until it is released.</param>
    /// <param name="Tokens">Leading positions, whole blocks.</param>
    public sealed record Copy(SequenceKey Key, SequenceKey Under, int Tokens) : EngineCommand;

    /// <summary>
    /// End a sequence in whatever state it is and free its blocks. Idempotent: a cancel, the end of a handoff and the
    /// end of a lease are all this.
    /// </summary>
    public sealed record Release(SequenceKey Key) : EngineCommand;
}

/// <summary>The answer to a reserve command.</summary>
/// <param name="Blocks">The block table to fill, in order; null when there is no room.</param>
/// <param name="CachedTokens">Leading positions that are here already and must not be sent.</param>
public sealed record Reservation(int[]? Blocks, int CachedTokens)
{
    /// <summary>There is no room now; asking later may help.</summary>
    public static Reservation NoRoom { get; } = new(null, 0) { Refusal = "no room" };

    /// <summary>Why there are no blocks; null when there are.</summary>
    public string? Refusal { get; init; }
}
