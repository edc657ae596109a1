using System.Globalization;
using System.Text;
using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>
/// What stands behind the colon of a field of Python's str.format:
/// <c>[[fill]align][sign][#][0][width][grouping][.precision][type]</c>.
/// </summary>
/// <param name="Fill">The character that fills the width.</param>
/// <param name="Align">One of &lt;, &gt;, ^ and =; 0: as the type has it.</param>
/// <param name="Sign">+, - or a blank.</param>
/// <param name="ShowsBase">Whether 0x and the like stand before the digits.</param>
/// <param name="Width">Least characters.</param>
/// <param name="Group">What stands between thousands; 0: nothing.</param>
/// <param name="Precision">-1: none is given.</param>
/// <param name="Kind">The type; 0: none is given.</param>
internal sealed record FormatSpec(
    string Fill, char Align, char Sign, bool ShowsBase, int Width, char Group, int Precision, char Kind)
{
    private const int MaxWidth = 10_000;
    private const int MaxPrecision = 100;

    public static FormatSpec Parse(string spec)
    {
        var rest = spec.AsSpan();
        var (fill, align) = TakeAlign(ref rest);
        var sign = Take(ref rest, "+- ");
        if (Take(ref rest, "z") != 0)
            throw Wrong("has the flag 'z', which is not supported");
        var showsBase = Take(ref rest, "#") != 0;
        if (fill is null && Take(ref rest, "0") != 0)
            (fill, align) = ("0", align == 0 ? '0' : align);
        else
            Take(ref rest, "0");
        var width = TakeNumber(ref rest, MaxWidth) ?? 0;
        var group = Take(ref rest, ",_");
        var precision = Take(ref rest, ".") == 0
            ? -1
            : TakeNumber(ref rest, MaxPrecision) ?? throw Wrong("has a point without a precision");
        var kind = Take(ref rest, "sdboxXeEfFgG%");
        return rest.Length == 0
            ? new FormatSpec(fill ?? " ", align, sign, showsBase, width, group, precision, kind)
            : throw Wrong("has a field of a form that is not supported");
    }

    public static ChatTemplateException Wrong(string what) => new($"The chat template has a format that {what}.");

    private static (string? Fill, char Align) TakeAlign(ref ReadOnlySpan<char> rest)
    {
        const string aligns = "<>^=";
        if (rest.Length == 0)
            return (null, '\0');
        Rune.DecodeFromUtf16(rest, out _, out var length);
        if (length < rest.Length && aligns.Contains(rest[length]))
        {
            var (fill, align) = (rest[..length].ToString(), rest[length]);
            rest = rest[(length + 1)..];
            return (fill, align);
        }

        return (null, Take(ref rest, aligns));
    }

    // 0: none of them is next.
    private static char Take(ref ReadOnlySpan<char> rest, string sought)
    {
        if (rest.Length == 0 || !sought.Contains(rest[0]))
            return '\0';
        var taken = rest[0];
        rest = rest[1..];
        return taken;
    }

    private static int? TakeNumber(ref ReadOnlySpan<char> rest, int most)
    {
        var digits = rest.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? rest[..end] : rest;
        if (digits.Length == 0)
            return null;
        rest = rest[digits.Length..];
        return int.TryParse(digits, NumberStyles.None, Numbers.Culture, out var number) && number <= most
            ? number
            : throw Wrong("asks for too many characters");
    }
}
