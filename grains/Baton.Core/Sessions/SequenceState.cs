namespace Baton.Core.Sessions;

/// <summary>Where one attempt at a sequence is. Only ever rises within an attempt.</summary>
public enum SequenceState
{
    /// <summary>Accepted; not yet on a worker.</summary>
    Admitted,

    /// <summary>Workers are chosen.</summary>
    Placed,

    /// <summary>The prompt runs.</summary>
    Prefilling,

    /// <summary>The prompt's KV is complete and leased.</summary>
    HandoffReady,

    /// <summary>Decode pulls the KV.</summary>
    Transferring,

    /// <summary>Tokens flow.</summary>
    Decoding,

    Done,
    Failed,
    Cancelled,
}
