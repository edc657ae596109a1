using System.Text.Json;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>The golden outputs of a small trained model, made by an independent engine.</summary>
internal sealed record Golden(Golden.Text[] Greedy, Golden.Position[] TopLogprobs)
{
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public sealed record Text(int[] PromptIds, int[] OutputIds);

    public sealed record Likely(int Id, double Logprob);

    public sealed record Position(int[] ContextIds, Likely[] Top);

    public static string ModelFolder => Path.Combine(Shared(), "models", "stories260K");

    /// <summary>Text that the built-in model was not trained on, packed by gzip.</summary>
    public static string ValidationText => Path.Combine(Shared(), "data", "text", "stories-valid.txt.gz");

    /// <summary>The model that the host brings along.</summary>
    public static string BuiltinModel
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Orleans.sln")))
                folder = folder.Parent!;

            return Path.Combine(folder.FullName, "host", "models", "baton-stories-7m");
        }
    }

    public static Golden Load() => JsonSerializer.Deserialize<Golden>(
        File.ReadAllText(Path.Combine(Shared(), "golden", "stories260K.json")), Names)!;

    // The data lies beside the clone; tests run from an output folder somewhere inside it.
    private static string Shared()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var shared = Path.Combine(folder.FullName, "shared");
            if (File.Exists(Path.Combine(shared, "golden", "stories260K.json")))
                return shared;
        }

        Assert.Skip("NOT CHECKED: ../shared/golden/stories260K.json is missing beside the clone.");
        return "";
    }
}
