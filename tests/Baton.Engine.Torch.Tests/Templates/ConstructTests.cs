using System.Text.Json.Nodes;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates;

namespace Baton.Engine.Torch.Tests.Templates;

public sealed class ConstructTests
{
    private static readonly JsonObject Asset = TemplateAssets.Json("constructs.json");

    private static readonly string[] More = ["json-filter.json", "tests.json", "methods.json", "filters.json", "statements.json", "random.json", "formats.json"];

    public static TheoryData<string, string> Cases() => [.. More.Select(TemplateAssets.Json).Prepend(Asset)
        .SelectMany(asset => asset["cases"]!.AsArray()).Select(c => ((string)c!["source"]!, (string)c["expected"]!))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Render_Construct_EqualsJinja(string source, string expected) =>
        Assert.Equal(expected, TemplateAssets.Render(source, Asset["context"]!.DeepClone().AsObject()));

    [Theory]
    [InlineData("{{ items.append(4) }}{% set _ = items.append(5) %}{{ items }}", "None[1, 2, 3, 4, 5]")]
    [InlineData("a{% generation %}b{{ name }}{% endgeneration %}c", "abAnnc")]
    [InlineData("{{ strftime_now('%d %b %Y %H:%M:%S %-d %B %A %a %y %j %p %I %% %F %-m') }}",
        "05 Mar 2026 07:08:09 5 March Thursday Thu 26 064 AM 07 % 2026-03-05 3")]
    [InlineData("{{ bos_token }}{{ eos_token }}{{ messages }}{{ tools }}{{ add_generation_prompt }}{{ documents }}",
        "<s></s>[]NoneFalseNone")]
    public void Render_OwnConstruct_EqualsExpected(string source, string expected) =>
        Assert.Equal(expected, TemplateAssets.Render(
            source, Asset["context"]!.DeepClone().AsObject(), new FixedTime()));

    [Theory]
    [InlineData("{{ missing.x }}", "missing")]
    [InlineData("{{ missing['x'] }}", "missing")]
    [InlineData("{{ user.zz.x }}", "zz")]
    [InlineData("{{ missing + 1 }}", "missing")]
    [InlineData("{{ missing() }}", "missing")]
    [InlineData("{{ 'a' + 1 }}", "'+'")]
    [InlineData("{{ 1 < 'a' }}", "compares")]
    [InlineData("{{ 1 // 0 }}", "zero")]
    [InlineData("{{ 1.0 / 0 }}", "zero")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "too large")]
    [InlineData("{{ none|length }}", "length")]
    [InlineData("{% for x in 1 %}{% endfor %}", "goes through")]
    [InlineData("{% for a, b in [[1]] %}{% endfor %}", "unpacks")]
    [InlineData("{% set name.x = 1 %}", "namespace")]
    [InlineData("{{ raise_exception('Say please.') }}", "Say please.")]
    [InlineData("{% macro m() %}{% endmacro %}{{ m(1) }}", "too many")]
    [InlineData("{{ [1, 'a']|sort }}", "sorts")]
    [InlineData("{{ [none]|sort }}", "sorts")]
    [InlineData("{{ 'a'.split('') }}", "nothing")]
    [InlineData("{{ {[1]: 2} }}", "key")]
    [InlineData("{{ missing|tojson }}", "JSON")]
    [InlineData("{{ 'abc'[::0] }}", "zero")]
    [InlineData("{% for x in items %}{{ loop(x) }}{% endfor %}", "calls")]
    [InlineData("{% for a, (b, c) in [[1, 2]] %}{% endfor %}", "goes through")]
    [InlineData("{% macro m(a) %}{{ varargs }}{% endmacro %}{{ m(1, b=2) }}", "'b'")]
    [InlineData("{% macro m(a) %}{{ kwargs }}{% endmacro %}{{ m(1, 2) }}", "too many")]
    [InlineData("{{ dict(**1) }}", "no dictionary")]
    [InlineData("{{ dict(a=1, **{'a': 2}) }}", "twice")]
    [InlineData("{{ cycler() }}", "nothing")]
    [InlineData("{% for x in items %}{{ loop.cycle() }}{% endfor %}", "nothing")]
    [InlineData("{{ 'abc'|tojson(separator=',') }}", "'separator'")]
    [InlineData("{{ 'abc'|tojson(separators=',') }}", "separators")]
    [InlineData("{{ 'abc'|tojson(separators=(1, 2)) }}", "separators")]
    [InlineData("{{ 'abc'|upper(x=1) }}", "'x'")]
    [InlineData("{{ 'abc'|upper(1) }}", "too many")]
    [InlineData("{{ 'abc'|trim('a', chars='b') }}", "twice")]
    [InlineData("{{ 'abc'.upper(x=1) }}", "'x'")]
    [InlineData("{{ [1]|map('string', x=1)|list }}", "'x'")]
    [InlineData("{{ people|map(attribute='age', x=1)|list }}", "'x'")]
    [InlineData("{{ 1 is even(x=1) }}", "'x'")]
    [InlineData("{{ 'ff'|int(0, 99) }}", "base")]
    public void Render_WrongUse_SaysWhat(string source, string part)
    {
        var error = Assert.Throws<ChatTemplateException>(
            () => TemplateAssets.Render(source, Asset["context"]!.DeepClone().AsObject()));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\n{{ 1", "line 2")]
    [InlineData("{% if x %}", "endif")]
    [InlineData("{% endif %}", "endif")]
    [InlineData("{% for x in y %}{% else %}", "endfor")]
    [InlineData("{{ 'a }}", "not closed")]
    [InlineData("{# a", "not closed")]
    [InlineData("{% raw %}", "not closed")]
    [InlineData("{{ 1 | nosuch }}", "nosuch")]
    [InlineData("{{ 1 is nosuch }}", "nosuch")]
    [InlineData("{% include 'x' %}", "include")]
    [InlineData("{% break %}", "break")]
    [InlineData("{% for x in y %}{% macro m() %}{% continue %}{% endmacro %}{% endfor %}", "continue")]
    [InlineData("{% for x in y %}{% filter upper %}{% break %}{% endfilter %}{% endfor %}", "break")]
    [InlineData("{% with a %}{% endwith %}", "'='")]
    [InlineData("{% with a = 1 %}", "endwith")]
    [InlineData("{% filter nosuch %}{% endfilter %}", "nosuch")]
    [InlineData("{{ f(*a, *b) }}", "positional")]
    [InlineData("{{ f(**a, 1) }}", "positional")]
    [InlineData("{{ (1] }}", "unexpected")]
    [InlineData("{{ f(a=1, 2) }}", "positional")]
    [InlineData("{{ 99999999999999999999 }}", "too large")]
    [InlineData("{{ '\\u12' }}", "escape")]
    [InlineData("{{ }}", "unexpected")]
    public void FromSource_Malformed_SaysWhat(string source, string part)
    {
        var error = Assert.Throws<ChatTemplateException>(
            () => HuggingFaceChatTemplate.FromSource(source, TemplateAssets.Tokens, TimeProvider.System));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ x }}|{{ [x] }}|{{ x|string }}|{{ '%d' % x }}|{{ x|int }}|{{ -5 < x }}{{ x == x }}{{ x is integer }}{{ x is number }}",
        "12345678901234567890123|[12345678901234567890123]|12345678901234567890123|12345678901234567890123"
        + "|12345678901234567890123|TrueTrueTrueTrue")]
    [InlineData("{{ y }}|{{ y|abs }}|{{ y is number }}|{{ y < x }}|{{ y|default(1) }}|{{ {'a': y}|tojson }}",
        "-9223372036854775809|9223372036854775809|True|True|-9223372036854775809|{\"a\": -9223372036854775809}")]
    [InlineData("{{ all|tojson }}", "{\"x\": 12345678901234567890123, \"y\": 18446744073709551615, \"z\": 1.5}")]
    public void Render_WholeNumberBeyond64Bits_KeepsItsDigits(string source, string expected)
    {
        var variables = JsonNode.Parse("""
            {"x": 12345678901234567890123, "y": -9223372036854775809,
             "all": {"x": 12345678901234567890123, "y": 18446744073709551615, "z": 1.5}}
            """)!;
        Assert.Equal(expected, TemplateAssets.Render(source, variables.AsObject()));
        Assert.Throws<ChatTemplateException>(() => TemplateAssets.Render("{{ x + 1 }}", variables.AsObject()));
    }

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 5, 7, 8, 9, TimeSpan.Zero);
    }
}
