using Baton.Core.Engine;

namespace Baton.Contracts.Gateways;

/// <summary>What one engine step has for one gateway.</summary>
/// <param name="Worker">Whose step it was.</param>
/// <param name="Tokens">At most one for each sequence.</param>
/// <param name="Failures">Sequences that the worker gave up.</param>
/// <param name="Milestones">Handoffs that advanced.</param>
[GenerateSerializer, Immutable, Alias("baton.TokenBatch")]
public sealed record TokenBatch(
    WorkerId Worker, TokenOutput[] Tokens, SequenceFailure[] Failures, HandoffMilestone[] Milestones);

/// <summary>A handoff reached a state that its session records.</summary>
/// <param name="Key">The sequence.</param>
/// <param name="State">The state reached.</param>
/// <param name="Detail">Bytes and way, for people.</param>
[GenerateSerializer, Immutable, Alias("baton.HandoffMilestone")]
public readonly record struct HandoffMilestone(SequenceKey Key, HandoffState State, string Detail);

/// <summary>What a worker says of a handoff on its way.</summary>
public enum HandoffState
{
    /// <summary>Prefill is complete; the KV waits under its lease.</summary>
    Ready,

    /// <summary>Decode pulls.</summary>
    Transferring,

    /// <summary>All bytes have landed and match.</summary>
    Landed,
}
