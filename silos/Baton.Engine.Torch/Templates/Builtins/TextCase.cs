using System.Text;

namespace Baton.Engine.Torch.Templates.Builtins;

internal static class TextCase
{
    private const string Openers = "-({[<";

    /// <summary>As the method does: a letter after anything but a letter is a capital.</summary>
    public static string Title(string text, Budget budget) => Capitals(text, budget, previous => !char.IsLetter(previous));

    /// <summary>As the filter does: a letter after white space, a hyphen or an opening bracket is a capital.</summary>
    public static string TitleWords(string text, Budget budget) =>
        Capitals(text, budget, previous => char.IsWhiteSpace(previous) || Openers.Contains(previous));

    public static string Capitalize(string text, Budget budget) => Capitals(text, budget, previous => false);

    private static string Capitals(string text, Budget budget, Func<char, bool> startsWord)
    {
        budget.Text(text.Length);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var isCapital = i == 0 || startsWord(text[i - 1]);
            result.Append(isCapital ? char.ToUpperInvariant(text[i]) : char.ToLowerInvariant(text[i]));
        }

        return result.ToString();
    }
}
