using System.Globalization;
using System.Text;
using Baton.Engine.Torch.Templates.Values;

namespace Baton.Engine.Torch.Templates.Builtins;

/// <summary>What all characters of a text are. The empty text is none of it.</summary>
internal static class TextKinds
{
    public static bool IsLower(string text, Budget budget) => IsCased(text, budget, Rune.IsLower);

    public static bool IsUpper(string text, Budget budget) => IsCased(text, budget, Rune.IsUpper);

    public static bool IsDigit(string text, Budget budget) => All(text, budget, IsDigit);

    public static bool IsAlpha(string text, Budget budget) => All(text, budget, Rune.IsLetter);

    public static bool IsAlphanumeric(string text, Budget budget) => All(text, budget, IsAlphanumeric);

    public static bool IsSpace(string text, Budget budget) =>
        All(text, budget, r => r.IsBmp && Texts.IsSpace((char)r.Value));

    public static bool IsAlphanumeric(Rune rune) => Rune.IsLetter(rune) || Rune.IsNumber(rune);

    // Superscripts count as digits, fractions do not.
    private static bool IsDigit(Rune rune) =>
        Rune.IsDigit(rune) || (Rune.IsNumber(rune) && CharUnicodeInfo.GetDigitValue(rune.ToString(), 0) >= 0);

    private static bool All(string text, Budget budget, Func<Rune, bool> isKind)
    {
        budget.Scan(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (!isKind(rune))
                return false;
        }

        return text.Length > 0;
    }

    // Characters without case do not matter, but there must be one with it.
    private static bool IsCased(string text, Budget budget, Func<Rune, bool> isCase)
    {
        budget.Scan(text.Length);
        var hasCase = false;
        foreach (var rune in text.EnumerateRunes())
        {
            var has = Rune.IsLower(rune) || Rune.IsUpper(rune)
                || Rune.GetUnicodeCategory(rune) == UnicodeCategory.TitlecaseLetter;
            if (has && !isCase(rune))
                return false;
            hasCase |= has;
        }

        return hasCase;
    }
}
