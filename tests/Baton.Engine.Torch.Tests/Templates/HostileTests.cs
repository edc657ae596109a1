using System.Diagnostics;
using System.Text.Json.Nodes;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Templates;

public sealed class HostileTests
{
    private static readonly string[] Names =
        ["llama3.jinja", "llama31.jinja", "chatml.jinja", "qwen25.jinja", "qwen3.jinja", "mistral.jinja", "zephyr.jinja"];

    [Theory]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{{ range(1000000000)|list }}")]
    [InlineData("{{ range(-9223372036854775807, 9223372036854775807) }}")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='aa') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}"
        + "{{ ns.x == ns.x }}")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=1) %}{% for i in range(9999) %}{% set ns.x = [ns.x] %}{% endfor %}"
        + "{{ ns.x|tojson }}")]
    [InlineData("{% set x = [] %}{% set _ = x.append(x) %}{{ x }}")]
    [InlineData("{% set x = [] %}{% set _ = x.append(x) %}{{ x|tojson }}")]
    [InlineData("{% set x = [] %}{% set y = [] %}{% set _ = x.append(y) %}{% set _ = y.append(x) %}{{ x == y }}")]
    [InlineData("{{ 'a' * 9223372036854775807 }}")]
    [InlineData("{{ [1] * 9223372036854775807 }}")]
    [InlineData("{{ [[1]]|tojson(indent=999999999) }}")]
    [InlineData("{{ 'a\nb'|indent(999999999) }}")]
    [InlineData("{{ 10 ** 99999 }}")]
    [InlineData("{{ 2.5|round(999999) }}")]
    [InlineData("{{ (-9223372036854775807 - 1) // -1 }}")]
    [InlineData("{{ ('a' * 100000).replace('', 'b' * 100000) }}")]
    [InlineData("{{ ['a']|map('map', 'map', 'map', 'map')|list }}")]
    [InlineData("{% for i in range(99999) %}{{ 'a' * 1000 }}{% endfor %}")]
    [InlineData("{{ ('a,' * 10000000).split(',') }}")]
    [InlineData("{{ ('a ' * 10000000).split() }}")]
    [InlineData("{% set x = 'a' * 9999999 %}{% for i in range(99999) %}{{ 'b' in x }}{% endfor %}")]
    public void Render_Hostile_IsRefusedSoon(string source)
    {
        var watch = Stopwatch.StartNew();
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(source));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("(", "1", ")")]
    [InlineData("[", "1", "]")]
    [InlineData("not ", "1", "")]
    [InlineData("- ", "1", "")]
    [InlineData("1 if 1 else ", "1", "")]
    [InlineData("1 + ", "1", "")]
    [InlineData("", "x", ".x")]
    [InlineData("", "x", "|upper")]
    [InlineData("x[", "1", "]")]
    [InlineData("{1:", "1", "}")]
    public void Render_NestedDeeply_IsRefused(string open, string middle, string close)
    {
        var source = $"{{{{ {Repeat(open)}{middle}{Repeat(close)} }}}}";
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(source));
    }

    [Theory]
    [InlineData("{% if 1 %}", "{% endif %}")]
    [InlineData("{% for x in [1] %}", "{% endfor %}")]
    [InlineData("{% set x %}", "{% endset %}")]
    [InlineData("{% macro x() %}", "{% endmacro %}")]
    [InlineData("{% generation %}", "{% endgeneration %}")]
    public void FromSource_BlocksNestedDeeply_AreRefused(string open, string close) =>
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(Repeat(open) + Repeat(close)));

    [Fact]
    public void FromSource_Overlong_IsRefused() =>
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(new string('a', 2 << 20)));

    [Fact]
    public void Render_JsonNestedDeeply_IsRefused()
    {
        JsonNode node = 1;
        for (var i = 0; i < 5000; i++)
            node = new JsonArray(node);
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render("{{ x }}", new JsonObject { ["x"] = node }));
    }

    [Fact]
    public void Render_MutatedTemplates_RenderOrAreRefused()
    {
        var random = new Random(20260305);
        var given = TemplateAssets.Json("renderings.json")["conversations"]!["system_tools"]!;
        var sources = Names.Select(TemplateAssets.Text).ToArray();
        for (var round = Fuzzing.Rounds(1000); round > 0; round--)
        {
            var source = Mutate(sources[random.Next(sources.Length)], sources[random.Next(sources.Length)], random);
            try
            {
                HuggingFaceChatTemplate.FromSource(source, TemplateAssets.Tokens, TimeProvider.System)
                    .Render(given["messages"]!.AsArray(), true, given["tools"]!.AsArray());
            }
            catch (ChatTemplateException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }
    }

    private static string Mutate(string source, string other, Random random)
    {
        for (var edits = random.Next(1, 5); edits > 0 && source.Length > 2; edits--)
        {
            var at = random.Next(source.Length);
            var length = random.Next(1, Math.Min(12, source.Length - at) + 1);
            var from = random.Next(other.Length - 12);
            source = random.Next(4) switch
            {
                0 => source.Remove(at, length),
                1 => source.Insert(at, other.Substring(from, 12)),
                2 => source.Remove(at, length).Insert(at, other.Substring(from, random.Next(12))),
                _ => source[..at] + (char)random.Next(1, 0x2ff) + source[at..],
            };
        }

        return source;
    }

    private static string Repeat(string text) => string.Concat(Enumerable.Repeat(text, 20_000));
}
