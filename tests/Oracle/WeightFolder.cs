using System.Text.Json.Nodes;

namespace Baton.Oracle;

/// <summary>All tensors of a checkpoint folder by name, in one file or in shards, widened to float32.</summary>
public sealed class WeightFolder
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private readonly Dictionary<string, float[]> _tensors = new(StringComparer.Ordinal);

    public WeightFolder(string folder)
    {
        foreach (var file in Files(folder))
        {
            foreach (var (name, values) in SafeTensorsReader.Read(Path.Combine(folder, file)))
            {
                _tensors[name] = values;
            }
        }
    }

    public float[] this[string name] => Optional(name)
        ?? throw new InvalidDataException($"The checkpoint lacks {name}.");

    public float[]? Optional(string name) => _tensors.GetValueOrDefault(name);

    private static IEnumerable<string> Files(string folder)
    {
        var index = Path.Combine(folder, IndexFile);
        return File.Exists(index)
            ? JsonNode.Parse(File.ReadAllText(index))!["weight_map"]!.AsObject()
                .Select(e => e.Value!.GetValue<string>()).Distinct().Order(StringComparer.Ordinal)
            : [SingleFile];
    }
}
