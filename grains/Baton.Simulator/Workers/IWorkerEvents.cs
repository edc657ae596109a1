using Baton.Core.Engine;

namespace Baton.Simulator.Workers;

/// <summary>What a worker tells of its steps, at their end.</summary>
internal interface IWorkerEvents
{
    /// <summary>A sequence began its prefill.</summary>
    /// <param name="slot">Of its request.</param>
    /// <param name="cachedTokens">What the prefix cache had of it.</param>
    void Began(int slot, int cachedTokens);

    void Token(SimulatedWorker worker, TokenOutput output);

    void Kv(SimulatedWorker worker, KvProduced kv);

    void Failed(SimulatedWorker worker, SequenceFailure failure);

    void Preempted(int sequences);

    /// <summary>It holds nothing and nothing waits for it.</summary>
    void Emptied(SimulatedWorker worker);
}
