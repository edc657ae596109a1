using System.Collections.Frozen;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>What may follow "is".</summary>
internal static class Tests
{
    public static readonly FrozenDictionary<string, Callable> All = new Dictionary<string, Callable>
    {
        ["defined"] = call => call.Value is not Undefined,
        ["undefined"] = call => call.Value is Undefined,
        ["none"] = call => call.Value is null,
        ["string"] = call => call.Value is string,
        ["number"] = call => Numbers.IsNumber(call.Value),
        ["integer"] = call => call.Value is long,
        ["float"] = call => call.Value is double,
        ["boolean"] = call => call.Value is bool,
        ["true"] = call => call.Value is true,
        ["false"] = call => call.Value is false,
        ["mapping"] = call => call.Value is MapValue,
        ["sequence"] = call => call.Value is string or List<object?> or MapValue or Undefined,
        ["iterable"] = call => call.Value is string or List<object?> or MapValue or Undefined,
        ["callable"] = call => call.Value is Callable,
        ["equalto"] = call => AreEqual(call),
        ["eq"] = call => AreEqual(call),
        ["ne"] = call => !AreEqual(call),
        ["in"] = call => Comparison.Contains(call.Required(1, "seq"), call.Value, call.Budget),
        ["even"] = call => Remainder(call, 2) == 0,
        ["odd"] = call => Remainder(call, 2) != 0,
        ["divisibleby"] = call => Remainder(call, call.Whole(1, "num", 0)) == 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static bool AreEqual(Call call) =>
        Comparison.AreEqual(call.Value, call.Required(1, "other"), call.Budget);

    private static double Remainder(Call call, long divisor) => Numbers.IsNumber(call.Value)
        ? Numbers.ToDouble(Arithmetic.Apply("%", call.Value, divisor, call.Budget))
        : throw new ChatTemplateException($"The chat template divides a {Kinds.Name(call.Value)}.");
}
