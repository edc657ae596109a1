using System.Text;

namespace Baton.Training.Tokens;

/// <summary>GPT-2's printable stand-ins for the 256 bytes, as tokenizer.json spells them.</summary>
public static class ByteAlphabet
{
    private static readonly char[] Letters = Make();

    public static char Letter(byte value) => Letters[value];

    public static string Spell(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            text.Append(Letters[b]);
        }

        return text.ToString();
    }

    public static byte[] Bytes(string spelled) =>
        spelled.Select(c => (byte)Array.IndexOf(Letters, c)).ToArray();

    private static char[] Make()
    {
        var letters = new char[256];
        var next = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            letters[b] = printable ? (char)b : (char)next++;
        }

        return letters;
    }
}
