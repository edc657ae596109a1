using Baton.Contracts.Handoff;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Orleans.Concurrency;

namespace Baton.Contracts.Workers;

/// <summary>A worker: the mailbox of one engine. Its key is the worker's name.</summary>
[Alias("baton.IWorkerGrain")]
public interface IWorkerGrain : IGrainWithStringKey
{
    /// <summary>Ends a sequence in whatever state it is and frees its blocks. Idempotent.</summary>
    [Alias("Release")]
    Task Release(SequenceKey key);

    /// <summary>
    /// Decode's answers to descriptors, in any order, repeated or late. One that is lost is made up for by the lease.
    /// </summary>
    [Alias("Acknowledge"), OneWay]
    Task Acknowledge(KvAck[] acks);

    /// <summary>What its latest steps have cost, fitted to nothing else.</summary>
    [Alias("Measure")]
    Task<FittedProfile> Measure();

    /// <summary>Takes nothing new from now on; what decodes here moves to other workers.</summary>
    [Alias("Drain"), ResponseTimeout("00:00:05")]
    Task Drain();

    /// <summary>
    /// The same, and then it comes back in another role: the process goes on with what it has loaded, as a new silo, so
    /// that everything of this life is refused.
    /// </summary>
    /// <returns>False where the process cannot, and nothing has been done.</returns>
    [Alias("Convert"), ResponseTimeout("00:00:05")]
    Task<bool> Convert(WorkerRole role);
}
