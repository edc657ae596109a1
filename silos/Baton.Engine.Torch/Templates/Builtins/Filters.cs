using System.Collections.Frozen;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class Filters
{
    public static readonly FrozenDictionary<string, Callable> All = new Dictionary<string, Callable>
    {
        ["tojson"] = TextFilters.ToJson,
        ["trim"] = call => TextMethods.Strip(call, true, true),
        ["upper"] = TextFilters.Upper,
        ["lower"] = TextFilters.Lower,
        ["title"] = call => TextCase.TitleWords(call.ValueText, call.Budget),
        ["capitalize"] = call => TextCase.Capitalize(call.ValueText, call.Budget),
        ["replace"] = TextMethods.All["replace"],
        ["indent"] = TextFilters.Indent,
        ["string"] = call => call.ValueText,
        ["safe"] = call => call.ValueText,
        ["escape"] = TextFilters.Escape,
        ["e"] = TextFilters.Escape,
        ["int"] = NumberFilters.ToWhole,
        ["float"] = NumberFilters.ToReal,
        ["abs"] = NumberFilters.Absolute,
        ["round"] = NumberFilters.Round,
        ["length"] = call => Sequences.Length(call.Value),
        ["count"] = call => Sequences.Length(call.Value),
        ["default"] = Default,
        ["d"] = Default,
        ["list"] = SequenceFilters.ToList,
        ["items"] = SequenceFilters.Items,
        ["first"] = SequenceFilters.First,
        ["last"] = SequenceFilters.Last,
        ["reverse"] = SequenceFilters.Reverse,
        ["join"] = SequenceFilters.Join,
        ["sort"] = SortFilters.Sort,
        ["dictsort"] = SortFilters.SortMap,
        ["unique"] = SortFilters.Unique,
        ["map"] = SelectFilters.Map,
        ["select"] = call => SelectFilters.Select(call, byAttribute: false, wanted: true),
        ["reject"] = call => SelectFilters.Select(call, byAttribute: false, wanted: false),
        ["selectattr"] = call => SelectFilters.Select(call, byAttribute: true, wanted: true),
        ["rejectattr"] = call => SelectFilters.Select(call, byAttribute: true, wanted: false),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static object? Default(Call call)
    {
        var isMissing = call.Value is Undefined || (call.Flag(2, "boolean") && !Kinds.IsTrue(call.Value));
        return isMissing ? call.Get(1, "default_value", "") : call.Value;
    }
}
