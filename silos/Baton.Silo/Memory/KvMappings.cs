namespace Baton.Silo.Memory;

/// <summary>The peers' pools that this process has mapped, one mapping a path.</summary>
public sealed class KvMappings : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, KvMapping> _byPath = [];

    public int Count
    {
        get
        {
            lock (_gate)
                return _byPath.Count;
        }
    }

    /// <summary>Null, with the reason, when the path is no segment of a live worker here.</summary>
    public KvMapping? Get(string path, out string reason)
    {
        lock (_gate)
        {
            reason = "";
            if (_byPath.TryGetValue(path, out var known))
                return known;
            // The path came in a message: nothing but a pool is opened on its say.
            if (!Path.GetFileName(path).StartsWith(SharedKvMemory.Prefix, StringComparison.Ordinal))
            {
                reason = "not a KV segment";
                return null;
            }
            var mapping = KvMapping.TryOpen(path, out reason);
            if (mapping is not null)
                _byPath.Add(path, mapping);
            return mapping;
        }
    }

    public void Drop(string path)
    {
        lock (_gate)
        {
            if (_byPath.Remove(path, out var mapping))
                mapping.Drop();
        }
    }

    /// <summary>Drops the mappings whose owner has deleted its segment: they pin memory that nobody fills.</summary>
    public void DropGone()
    {
        lock (_gate)
        {
            foreach (var path in _byPath.Keys.Where(p => !File.Exists(p)).ToArray())
                Drop(path);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var path in _byPath.Keys.ToArray())
                Drop(path);
        }
    }
}
