using System.Text;
using System.Text.Json;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Templates;

/// <summary>What a model folder says about its chat template.</summary>
internal sealed record TemplateFiles(string? Source, IReadOnlyDictionary<string, string> SpecialTokens)
{
    private const long MaxFileBytes = 16L << 20;
    private const string Config = "tokenizer_config.json";
    private static readonly string[] TokenNames = ["bos_token", "eos_token", "unk_token", "pad_token"];
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    public static TemplateFiles Read(string folder)
    {
        var config = ReadConfig(folder);
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        string? source = null;
        if (config is { } root)
        {
            foreach (var name in TokenNames)
            {
                if (ReadToken(root, name) is { } token)
                    tokens[name] = token;
            }

            source = root.TryGetProperty("chat_template", out var template) ? ReadTemplate(template) : null;
        }

        return new TemplateFiles(ReadTemplateFile(folder) ?? source, tokens);
    }

    private static JsonElement? ReadConfig(string folder)
    {
        if (ReadBytes(folder, Config) is not { } bytes)
            return null;
        try
        {
            var root = StrictJson.Parse(bytes);
            return root.ValueKind == JsonValueKind.Object ? root : throw Malformed("must be an object");
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{Config} is not valid JSON (line {e.LineNumber + 1}).", e);
        }
    }

    private static string? ReadToken(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content))
            value = content;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            _ => throw Malformed($"{name} must be a string"),
        };
    }

    // Several templates: one is named "default"; the others serve purposes that the caller would have to name.
    private static string? ReadTemplate(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Array => value.EnumerateArray().Select(ReadNamed).ToList().Find(t => t.Name == "default").Template,
        _ => throw Malformed("chat_template must be a string or a list"),
    };

    private static (string Name, string Template) ReadNamed(JsonElement entry)
    {
        if (entry.ValueKind == JsonValueKind.Object
            && entry.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            && entry.TryGetProperty("template", out var template) && template.ValueKind == JsonValueKind.String)
            return (name.GetString()!, template.GetString()!);
        throw Malformed("chat_template must list objects with name and template");
    }

    private static string? ReadTemplateFile(string folder)
    {
        const string name = "chat_template.jinja";
        try
        {
            return ReadBytes(folder, name) is { } bytes ? StrictUtf8.GetString(bytes) : null;
        }
        catch (DecoderFallbackException e)
        {
            throw new ModelFormatException($"{name} is not valid UTF-8.", e);
        }
    }

    private static byte[]? ReadBytes(string folder, string name)
    {
        var file = new FileInfo(Path.Combine(folder, name));
        if (!file.Exists)
            return null;
        return file.Length <= MaxFileBytes
            ? File.ReadAllBytes(file.FullName)
            : throw new ModelFormatException($"{name} is larger than {MaxFileBytes} bytes.");
    }

    private static ModelFormatException Malformed(string what) => new($"{Config}: {what}.");
}
