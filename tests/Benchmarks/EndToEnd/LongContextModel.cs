using System.Text.Json.Nodes;
using Baton.Testing;

namespace Baton.Benchmarks.EndToEnd;

/// <summary>
/// The built-in model with room for longer prompts. Its weights know nothing of such positions, so what it says there is
/// of no use, but it takes the time that a model of its size takes. Deleted when disposed.
/// </summary>
internal sealed class LongContextModel : IDisposable
{
    private const string Config = "config.json";
    private const string ContextKey = "max_position_embeddings";
    private const int Context = 8192;

    public LongContextModel()
    {
        var source = Path.Combine(Repository.Root, "host", "models", "baton-stories-7m");
        foreach (var file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        var config = JsonNode.Parse(File.ReadAllText(Path.Combine(source, Config)))!;
        config[ContextKey] = Context;
        File.WriteAllText(Path.Combine(Folder, Config), config.ToJsonString());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("baton-long-").FullName;

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
