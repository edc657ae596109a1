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
    [InlineData("{% set x = [] %}{% set _ = x.append(x) %}{% for i in x recursive %}{{ loop(i) }}{% endfor %}")]
    [InlineData("{% set x = 'a' * 9999999 %}{% for i in range(99999) %}{{ 'b' in x }}{% endfor %}")]
    public void Render_Hostile_IsRefusedSoon(string source)
    {
        var watch = Stopwatch.StartNew();
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(source));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"took {watch.Elapsed}");
    }

    // Each walks a text of millions of characters, or a list, in a loop that has few steps of its own.
    [Theory]
    [InlineData("s|length")]
    [InlineData("s[2000000]")]
    [InlineData("s[-2000000]")]
    [InlineData("s[2000000:2000001]")]
    [InlineData("s[::-1]|length")]
    [InlineData("s.find('x')")]
    [InlineData("s.find('', 2000000)")]
    [InlineData("s.rfind('x')")]
    [InlineData("s.count('')")]
    [InlineData("s.startswith(t)")]
    [InlineData("s.endswith(t)")]
    [InlineData("s.startswith('x', 2000000)")]
    [InlineData("s.replace('x', '')|length")]
    [InlineData("s.replace('x', '', 1) is string")]
    [InlineData("s.split('x') is string")]
    [InlineData("s.rsplit('x') is string")]
    [InlineData("s.split() is string")]
    [InlineData("s.splitlines() is string")]
    [InlineData("s.partition('x') is string")]
    [InlineData("s.removeprefix(t) is string")]
    [InlineData("s.islower()")]
    [InlineData("s is lower")]
    [InlineData("s.isalpha()")]
    [InlineData("s|wordcount")]
    [InlineData("s|truncate(9) is string")]
    [InlineData("s == t")]
    [InlineData("s != t")]
    [InlineData("s <= t")]
    [InlineData("s is eq t")]
    [InlineData("s is sameas t")]
    [InlineData("'x' in s")]
    [InlineData("t in s")]
    [InlineData("t in [s]")]
    [InlineData("t in map")]
    [InlineData("map[t]")]
    [InlineData("map.get(t)")]
    [InlineData("{t: 1} == map")]
    [InlineData("space[t] is defined")]
    [InlineData("[1]|map(attribute=a)|list")]
    [InlineData("a.count(near)")]
    [InlineData("near in a")]
    [InlineData("short in a")]
    [InlineData("a.rfind(short)")]
    [InlineData("a.replace('aa', 'b') is string")]
    [InlineData("a.rsplit('aa')|length")]
    [InlineData("a|map('string')|list is string")]
    [InlineData("a|tojson(ensure_ascii=true) is string")]
    [InlineData("a|groupby('x')|list is string")]
    [InlineData("nothings|groupby('x', default='')|list is string")]
    [InlineData("nothings|slice(99999)|list is string")]
    [InlineData("dict(**map)")]
    [InlineData("dict(map)")]
    [InlineData("namespace(map)")]
    [InlineData("a.rfind(near)")]
    [InlineData("a.replace(near, '') is string")]
    [InlineData("a.strip(a) is string")]
    [InlineData("blank.strip() is string")]
    [InlineData("blank|int")]
    [InlineData("blank|float")]
    [InlineData("s|escape is string")]
    [InlineData("[s, t]|sort is string")]
    [InlineData("[s, t]|min is string")]
    [InlineData("[s, t]|unique(case_sensitive=true) is string")]
    [InlineData("[s, t] < [t, s]")]
    [InlineData("''.join(nothings)")]
    [InlineData("nothings|join")]
    [InlineData("nothings.count('')")]
    [InlineData("nothings|unique|list")]
    [InlineData("nothings|sum(start='')")]
    [InlineData("nothings < nothings")]
    [InlineData("nothings|batch(9) is string")]
    [InlineData("range(0, 4294967297 * 99999, 4294967297)|unique|list|length")]
    [InlineData("'%s' % s is string")]
    [InlineData("'%s'|format(s) is string")]
    public void Render_LongTextOften_IsRefusedSoon(string expression)
    {
        const string given = "{% set s = 'é😀' * 700000 %}{% set t = 'é😀' * 700000 %}{% set map = {s: 1} %}"
            + "{% set a = 'a' * 2000000 %}{% set near = 'a' * 900000 ~ 'ba' %}"
            + "{% set short = 'a' * 29 ~ 'ba' %}{% set blank = ' ' * 2000000 %}"
            + "{% set space = namespace() %}{% set nothings = [''] * 90000 %}";
        var watch = Stopwatch.StartNew();
        var error = Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render(
            $"{given}{{% for i in range(99999) %}}{{% set n = {expression} %}}{{% endfor %}}"));
        Assert.Matches("too (many steps|much text)", error.Message);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public void FromSource_OverlongName_IsRefused() =>
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render($"{{{{ {new string('a', 2000)} }}}}"));

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
    [InlineData("{% with %}", "{% endwith %}")]
    [InlineData("{% filter upper %}", "{% endfilter %}")]
    [InlineData("{% for (", "x) in [] %}{% endfor %}")]
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
