using System.Collections.Frozen;
using Baton.Core.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>A function and the names of its parameters behind the value; without names it takes whatever comes.</summary>
internal readonly record struct Signature(string Name, string? Parameters, Callable Function)
{
    /// <summary>Functions by name. An argument that one lacks is refused: to drop it would change the prompt.</summary>
    public static FrozenDictionary<string, Callable> Table(params Signature[] functions) =>
        functions.ToFrozenDictionary(f => f.Name, f => f.Checked(), StringComparer.Ordinal);

    public static ChatTemplateException Unknown(string name, string argument) =>
        new($"The chat template gives '{name}' an argument '{argument}', which it does not take.");

    private Callable Checked()
    {
        if (Parameters is null)
            return Function;
        var (name, function) = (Name, Function);
        var parameters = Parameters.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return call =>
        {
            Check(name, parameters, call);
            return function(call);
        };
    }

    private static void Check(string name, string[] parameters, Call call)
    {
        if (call.Positional.Count > parameters.Length + 1)
            throw new ChatTemplateException($"The chat template gives '{name}' too many arguments.");
        foreach (var argument in call.Named.Keys)
        {
            var index = Array.IndexOf(parameters, argument);
            if (index < 0)
                throw Unknown(name, argument);
            if (index + 1 < call.Positional.Count)
                throw new ChatTemplateException($"The chat template gives '{name}' its argument '{argument}' twice.");
        }
    }
}
