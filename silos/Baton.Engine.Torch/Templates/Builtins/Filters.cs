using System.Collections.Frozen;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class Filters
{
    public static readonly FrozenDictionary<string, Callable> All = Signature.Table(
        new("tojson", "ensure_ascii indent separators sort_keys", TextFilters.ToJson),
        new("trim", "chars", call => TextMethods.Strip(call, true, true)),
        new("upper", "", TextFilters.Upper),
        new("lower", "", TextFilters.Lower),
        new("title", "", call => TextCase.TitleWords(call.ValueText, call.Budget)),
        new("capitalize", "", call => TextCase.Capitalize(call.ValueText, call.Budget)),
        new("replace", "old new count", TextMethods.Replace),
        new("indent", "width first blank", TextFilters.Indent),
        new("string", "", call => call.ValueText),
        new("safe", "", call => call.ValueText),
        new("escape", "", TextFilters.Escape),
        new("e", "", TextFilters.Escape),
        new("int", "default base", NumberFilters.ToWhole),
        new("float", "default", NumberFilters.ToReal),
        new("abs", "", NumberFilters.Absolute),
        new("round", "precision method", NumberFilters.Round),
        new("length", "", call => Sequences.Length(call.Value, call.Budget)),
        new("count", "", call => Sequences.Length(call.Value, call.Budget)),
        new("default", "default_value boolean", Default),
        new("d", "default_value boolean", Default),
        new("list", "", SequenceFilters.ToList),
        new("items", "", SequenceFilters.Items),
        new("first", "", SequenceFilters.First),
        new("last", "", SequenceFilters.Last),
        new("reverse", "", SequenceFilters.Reverse),
        new("join", "d attribute", SequenceFilters.Join),
        new("sort", "reverse case_sensitive attribute", SortFilters.Sort),
        new("dictsort", "case_sensitive by reverse", SortFilters.SortMap),
        new("unique", "case_sensitive attribute", SortFilters.Unique),
        new("min", "case_sensitive attribute", call => SortFilters.Extreme(call, -1)),
        new("max", "case_sensitive attribute", call => SortFilters.Extreme(call, 1)),
        new("groupby", "attribute default case_sensitive", SortFilters.Group),
        new("sum", "attribute start", SequenceFilters.Sum),
        new("batch", "linecount fill_with", CutFilters.Batch),
        new("slice", "slices fill_with", CutFilters.Slice),
        new("attr", "name", call => Members.OwnAttribute(call.Value, Texts.Of(call.Required(1, "name"), call.Budget))),
        new("format", null, TextFilters.Format),
        new("wordcount", "", WordFilters.Count),
        new("truncate", "length killwords end leeway", WordFilters.Truncate),
        new("map", null, SelectFilters.Map),
        new("select", null, call => SelectFilters.Select(call, byAttribute: false, wanted: true)),
        new("reject", null, call => SelectFilters.Select(call, byAttribute: false, wanted: false)),
        new("selectattr", null, call => SelectFilters.Select(call, byAttribute: true, wanted: true)),
        new("rejectattr", null, call => SelectFilters.Select(call, byAttribute: true, wanted: false)));

    private static object? Default(Call call)
    {
        var isMissing = call.Value is Undefined || (call.Flag(2, "boolean") && !Kinds.IsTrue(call.Value));
        return isMissing ? call.Get(1, "default_value", "") : call.Value;
    }
}
