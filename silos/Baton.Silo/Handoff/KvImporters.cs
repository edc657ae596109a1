using System.Collections.Concurrent;
using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

/// <summary>The importers of the silo's decode workers, by name: where the stream's sink grains deliver.</summary>
public sealed class KvImporters
{
    private readonly ConcurrentDictionary<string, KvImporter> _byWorker = [];

    /// <summary>False when that name is taken.</summary>
    public bool Register(string worker, KvImporter importer) => _byWorker.TryAdd(worker, importer);

    public void Unregister(string worker) => _byWorker.TryRemove(worker, out _);

    /// <summary>False when no such worker is here; its producer learns that from its lease, or from membership.</summary>
    public bool Enqueue(string worker, KvDescriptor descriptor)
    {
        if (!_byWorker.TryGetValue(worker, out var importer))
        {
            KvMetrics.Refused(KvFailure.Unknown);
            return false;
        }
        importer.Enqueue(descriptor);
        return true;
    }
}
