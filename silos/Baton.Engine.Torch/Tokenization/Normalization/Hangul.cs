namespace Baton.Engine.Torch.Tokenization;

/// <summary>Korean syllables, which Unicode composes and decomposes by arithmetic.</summary>
internal static class Hangul
{
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Tails = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28;

    public static bool IsSyllable(int codePoint) =>
        codePoint is >= Syllables and < Syllables + LeadCount * VowelCount * TailCount;

    public static bool ComposesBackwards(int codePoint) =>
        codePoint is >= Vowels and < Vowels + VowelCount or > Tails and < Tails + TailCount;

    public static void Decompose(int syllable, List<int> output)
    {
        var index = syllable - Syllables;
        output.Add(Leads + index / (VowelCount * TailCount));
        output.Add(Vowels + index % (VowelCount * TailCount) / TailCount);
        if (index % TailCount != 0)
            output.Add(Tails + index % TailCount);
    }

    /// <summary>The syllable of the two, or -1.</summary>
    public static int Compose(int first, int second)
    {
        if (first is >= Leads and < Leads + LeadCount && second is >= Vowels and < Vowels + VowelCount)
            return Syllables + ((first - Leads) * VowelCount + second - Vowels) * TailCount;
        var open = IsSyllable(first) && (first - Syllables) % TailCount == 0;
        return open && second is > Tails and < Tails + TailCount ? first + second - Tails : -1;
    }
}
