using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

/// <summary>A way for bytes to come from a producer's pool.</summary>
internal interface IKvPlane : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Whether this plane leads to that pool from here. May open what it needs to know.</summary>
    bool Reaches(KvLocation source);

    /// <summary>
    /// Null when every byte came as it was while the producer's lease held; else one of <see cref="KvFailure"/>. When it
    /// completes nothing writes to the blocks any more. Never throws for what a peer or a network can do; safe for
    /// concurrent use.
    /// </summary>
    Task<string?> Pull(KvPull pull);

    /// <summary>Drops what is kept open to a pool whose worker is gone or hangs.</summary>
    void Drop(KvLocation source);

    /// <summary>Drops what belongs to workers that have gone without a word.</summary>
    void Sweep();
}
