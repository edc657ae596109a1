using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Baton.Engine.Torch.Templates;

namespace Baton.Engine.Torch.Tests.Templates;

/// <summary>Templates and what Jinja 3.1, set up as Hugging Face sets it up, makes of them.</summary>
internal static class TemplateAssets
{
    public static readonly Dictionary<string, string> Tokens = new() { ["bos_token"] = "<s>", ["eos_token"] = "</s>" };

    public static string Text(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name);
        Assert.NotNull(stream);
        return new StreamReader(stream).ReadToEnd();
    }

    public static JsonObject Json(string name) => JsonSerializer.Deserialize<JsonObject>(Text(name))!;

    public static string Render(string source, JsonObject? variables = null, TimeProvider? time = null) =>
        HuggingFaceChatTemplate.FromSource(source, Tokens, time ?? TimeProvider.System).Render([], false, null, variables);
}
