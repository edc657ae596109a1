using System.Security.Cryptography;
using System.Text.Json;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Weights;

/// <summary>All tensors of a model folder: one safetensors file, or the shards that an index lists.</summary>
internal sealed class Checkpoint : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, SafetensorsFile> _tensors = new(StringComparer.Ordinal);

    private Checkpoint()
    {
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static Checkpoint Open(string folder)
    {
        var checkpoint = new Checkpoint();
        try
        {
            if (File.Exists(Path.Combine(folder, SingleFile)))
                checkpoint.AddSingle(Path.Combine(folder, SingleFile));
            else if (File.Exists(Path.Combine(folder, IndexFile)))
                checkpoint.AddShards(folder);
            else
                throw new ModelFormatException($"The model folder has neither {SingleFile} nor {IndexFile}.");

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>The weight called <paramref name="name"/>; its shape must be <paramref name="shape"/>.</summary>
    public StoredTensor Get(string name, params long[] shape)
    {
        if (!_tensors.TryGetValue(name, out var file))
            throw new ModelFormatException($"The checkpoint has no tensor {name}.");

        var entry = file.Header.Tensors[name];
        if (TensorTypes.WeightType(entry.Type) is not { } type)
        {
            throw new ModelFormatException(
                $"{file.Name}: tensor {name} has type {entry.Type}; weights are read from F32, BF16 and F16.");
        }

        return entry.Shape.AsSpan().SequenceEqual(shape)
            ? new StoredTensor(name, file, entry, type)
            : throw new ModelFormatException(
                $"{file.Name}: tensor {name} has shape [{string.Join(", ", entry.Shape)}]; " +
                $"config.json asks for [{string.Join(", ", shape)}].");
    }

    public void AddIdentity(IncrementalHash hash)
    {
        foreach (var file in _files)
            file.AddIdentity(hash);
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private void AddSingle(string path)
    {
        var file = Add(path);
        foreach (var name in file.Header.Tensors.Keys)
            _tensors.Add(name, file);
    }

    private void AddShards(string folder)
    {
        var index = JsonFields.Read(Path.Combine(folder, IndexFile));
        var map = index.Child("weight_map") ?? throw index.Bad("weight_map", "is missing");
        var shards = new SortedDictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        foreach (var (tensor, name) in map.Object.EnumerateObject().Select(p => (p.Name, ShardName(map, p))).ToList())
        {
            if (!shards.TryGetValue(name, out var shard))
                shards.Add(name, shard = Add(Path.Combine(folder, name)));

            if (!shard.Header.Tensors.ContainsKey(tensor))
            {
                throw new ModelFormatException(
                    $"{shard.Name} has no tensor {Untrusted.Shown(tensor)}, which {IndexFile} says it has.");
            }

            if (!_tensors.TryAdd(tensor, shard))
                throw new ModelFormatException($"{IndexFile}: tensor {Untrusted.Shown(tensor)} is listed twice.");
        }

        // The identity must not depend on the order of the index.
        _files.Clear();
        _files.AddRange(shards.Values);
    }

    // A name with a folder in it could point anywhere on this machine; one with a control character names no file that
    // anybody made on purpose, and with a zero none that can be opened.
    private static string ShardName(JsonFields map, JsonProperty entry) =>
        entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString() is { } name
            && name == Path.GetFileName(name) && !name.Any(char.IsControl)
            && name.EndsWith(".safetensors", StringComparison.Ordinal)
            ? name
            : throw map.Bad(Untrusted.Shown(entry.Name), "must be the plain name of a .safetensors file");

    private SafetensorsFile Add(string path)
    {
        var file = new SafetensorsFile(path);
        _files.Add(file);
        return file;
    }
}
