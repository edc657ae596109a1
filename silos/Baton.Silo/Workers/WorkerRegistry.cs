using System.Collections.Concurrent;
using Baton.Grains.Workers;

namespace Baton.Silo.Workers;

/// <inheritdoc cref="IWorkerRegistry"/>
public sealed class WorkerRegistry : IWorkerRegistry
{
    private readonly ConcurrentDictionary<string, Worker> _workers = new(StringComparer.Ordinal);

    public IReadOnlyCollection<Worker> All => [.. _workers.Values];

    public IWorker? Find(string name) => _workers.GetValueOrDefault(name);

    internal void Add(Worker worker) => _workers[worker.Id.Name] = worker;
}
