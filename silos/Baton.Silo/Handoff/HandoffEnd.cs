namespace Baton.Silo.Handoff;

/// <summary>How a handoff ended for its producer. Set once.</summary>
public enum HandoffOutcome
{
    /// <summary>Every descriptor was acknowledged.</summary>
    Landed,

    /// <summary>The sequence ended with token 1: there was nothing to hand over.</summary>
    Finished,

    /// <summary>Decode refused, is gone, or could not be told.</summary>
    Failed,

    /// <summary>Nobody collected it in time.</summary>
    LeaseExpired,

    /// <summary>Withdrawn by the producer's side.</summary>
    Aborted,
}

/// <summary>The end of a handoff: its blocks may be reused.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Reason">Set unless all is well: one of <see cref="KvFailure"/> or what decode said.</param>
/// <param name="Bytes">Bytes that landed.</param>
public readonly record struct HandoffEnd(HandoffOutcome Outcome, string? Reason, long Bytes);
