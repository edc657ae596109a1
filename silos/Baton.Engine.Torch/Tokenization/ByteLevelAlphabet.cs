using System.Text;

namespace Baton.Engine.Torch.Tokenization;

/// <summary>GPT-2's alphabet: every byte as one printable character, so that a byte vocabulary is valid text.</summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] ToCharacter = CreateCharacters();
    private static readonly Dictionary<char, byte> ToByte =
        Enumerable.Range(0, 256).ToDictionary(value => ToCharacter[value], value => (byte)value);

    public static char Character(byte value) => ToCharacter[value];

    /// <summary>The bytes that the token spells; the token's own UTF-8 if it isn't written in the alphabet.</summary>
    public static byte[] Bytes(string token)
    {
        var bytes = new byte[token.Length];
        for (var i = 0; i < token.Length; i++)
        {
            if (!ToByte.TryGetValue(token[i], out bytes[i]))
                return Encoding.UTF8.GetBytes(token);
        }

        return bytes;
    }

    private static char[] CreateCharacters()
    {
        var characters = new char[256];
        var stand = 256;
        for (var value = 0; value < characters.Length; value++)
        {
            var printable = value is >= '!' and <= '~' or >= 0xA1 and <= 0xAC or >= 0xAE and <= 0xFF;
            characters[value] = (char)(printable ? value : stand++);
        }

        return characters;
    }
}
