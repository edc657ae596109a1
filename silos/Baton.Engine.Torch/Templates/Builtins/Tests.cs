using System.Collections.Frozen;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>What may follow "is".</summary>
internal static class Tests
{
    public static readonly FrozenDictionary<string, Callable> All = Signature.Table(
        new("defined", "", call => call.Value is not Undefined),
        new("undefined", "", call => call.Value is Undefined),
        new("none", "", call => call.Value is null),
        new("string", "", call => call.Value is string),
        new("number", "", call => Numbers.IsNumber(call.Value)),
        new("integer", "", call => call.Value is long or BigWhole),
        new("float", "", call => call.Value is double),
        new("boolean", "", call => call.Value is bool),
        new("true", "", call => call.Value is true),
        new("false", "", call => call.Value is false),
        new("mapping", "", call => call.Value is MapValue),
        new("sequence", "", call => call.Value is string or List<object?> or MapValue or Undefined),
        new("iterable", "", call => call.Value is string or List<object?> or MapValue or Undefined),
        new("callable", "", call => call.Value is Callable),
        new("sameas", "other", call => IsSame(call)),
        new("lower", "", call => TextKinds.IsLower(call.ValueText, call.Budget)),
        new("upper", "", call => TextKinds.IsUpper(call.ValueText, call.Budget)),
        new("filter", "", call => call.Value is string name && Filters.All.ContainsKey(name)),
        new("test", "", call => call.Value is string name && All!.ContainsKey(name)),
        new("==", "other", call => AreEqual(call)),
        new("eq", "other", call => AreEqual(call)),
        new("equalto", "other", call => AreEqual(call)),
        new("!=", "other", call => !AreEqual(call)),
        new("ne", "other", call => !AreEqual(call)),
        new(">", "other", call => Order(call) > 0),
        new("gt", "other", call => Order(call) > 0),
        new("greaterthan", "other", call => Order(call) > 0),
        new(">=", "other", call => Order(call) >= 0),
        new("ge", "other", call => Order(call) >= 0),
        new("<", "other", call => Order(call) < 0),
        new("lt", "other", call => Order(call) < 0),
        new("lessthan", "other", call => Order(call) < 0),
        new("<=", "other", call => Order(call) <= 0),
        new("le", "other", call => Order(call) <= 0),
        new("in", "seq", call => Comparison.Contains(call.Required(1, "seq"), call.Value, call.Budget)),
        new("even", "", call => Remainder(call, 2) == 0),
        new("odd", "", call => Remainder(call, 2) != 0),
        new("divisibleby", "num", call => Remainder(call, call.Whole(1, "num", 0)) == 0));

    private static bool AreEqual(Call call) =>
        Comparison.AreEqual(call.Value, call.Required(1, "other"), call.Budget);

    private static int Order(Call call) => Comparison.Compare(call.Value, call.Required(1, "other"), call.Budget);

    // Texts and numbers have no identity here: those that are alike are the same.
    private static bool IsSame(Call call) => (call.Value, call.Required(1, "other")) switch
    {
        (string, string) or (BigWhole, BigWhole) => AreEqual(call),
        (long or bool or double, var other) => call.Value.Equals(other),
        var (value, other) => ReferenceEquals(value, other),
    };

    private static double Remainder(Call call, long divisor) => Numbers.IsNumber(call.Value)
        ? Numbers.ToDouble(Arithmetic.Apply("%", call.Value, divisor, call.Budget))
        : throw new ChatTemplateException($"The chat template divides a {Kinds.Name(call.Value)}.");
}
