using System.Text.Json.Nodes;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates;

namespace Baton.Engine.Torch.Tests.Templates;

/// <summary>Templates in the style of well-known models, over conversations with and without tools.</summary>
public sealed class RenderingTests
{
    private static readonly JsonObject Asset = TemplateAssets.Json("renderings.json");

    public static TheoryData<string, string, bool, string?, string?> Cases() => [.. Asset["cases"]!.AsArray().Select(c => (
        (string)c!["template"]!, (string)c["conversation"]!, (bool)c["add_generation_prompt"]!,
        (string?)c["expected"], (string?)c["error"]))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_ModelTemplate_EqualsJinja(
        string name, string conversation, bool addGenerationPrompt, string? expected, string? error)
    {
        var template = HuggingFaceChatTemplate.FromSource(
            TemplateAssets.Text($"{name}.jinja"), TemplateAssets.Tokens, new GoldenDay());
        var given = Asset["conversations"]![conversation]!.DeepClone();
        string Render() => template.Render(
            given["messages"]!.AsArray(), addGenerationPrompt, given["tools"]?.AsArray(), given["variables"]?.AsObject());
        if (error is null)
            Assert.Equal(expected, Render());
        else
            Assert.Equal(error, Assert.Throws<ChatTemplateException>(Render).Message);
    }

    private sealed class GoldenDay : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 5, 7, 8, 9, TimeSpan.Zero);
    }
}
