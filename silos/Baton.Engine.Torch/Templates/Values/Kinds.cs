namespace Baton.Engine.Torch.Templates.Values;

internal static class Kinds
{
    /// <summary>What Python would call the type, for messages.</summary>
    public static string Name(object? value) => value switch
    {
        null => "None",
        bool => "bool",
        long or BigWhole => "int",
        double => "float",
        string => "str",
        TupleValue => "tuple",
        List<object?> => "list",
        MapValue => "dict",
        Undefined => "undefined value",
        _ => "function or namespace",
    };

    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long whole => whole != 0,
        double number => number != 0,
        string text => text.Length > 0,
        List<object?> list => list.Count > 0,
        MapValue map => map.Count > 0,
        _ => true,
    };
}
