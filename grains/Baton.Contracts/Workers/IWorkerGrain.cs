using Baton.Core.Engine;

namespace Baton.Contracts.Workers;

/// <summary>A worker: the mailbox of one engine. Its key is the worker's name.</summary>
[Alias("baton.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Ends a sequence in whatever state it is and frees its blocks. Idempotent.</summary>
    [Alias("Release")]
    Task Release(SequenceKey key);

    /// <summary>Takes nothing new from now on.</summary>
    [Alias("Drain")]
    Task Drain();
}
