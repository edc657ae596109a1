using System.Globalization;

namespace Baton.Engine.Torch.Tests.Tokenization;

/// <summary>Byte tokens that form no character. Their ids are the byte's value and <see cref="First"/>.</summary>
public sealed class ByteFallbackTests
{
    private const int First = 3, LetterA = 260;

    [Theory]
    [InlineData("ff", "\ufffd")]
    [InlineData("e2 82", "\ufffd\ufffd")]
    [InlineData("f0 9f 98", "\ufffd\ufffd\ufffd")]
    [InlineData("e2 82 ff", "\ufffd\ufffd\ufffd")]
    [InlineData("ed a0 80", "\ufffd\ufffd\ufffd")]
    [InlineData("f0 9f 98 80", "😀")]
    [InlineData("f0 9f a f0 9f 98 80", "\ufffd\ufffda😀")]
    [InlineData("c3 a", "\ufffda")]
    [InlineData("c3 a9 a 80 80", "éa\ufffd\ufffd")]
    public void Decode_BytesOfNoCharacter_GiveOneMarkEach(string tokens, string expected)
    {
        var ids = tokens.Split(' ').Select(part => part == "a"
            ? LetterA
            : First + int.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var tokenizer = VectorTests.Build("spm", []);
        Assert.Equal(expected, tokenizer.Decode(ids, skipSpecialTokens: false));

        var decoder = tokenizer.NewDecoder(skipSpecialTokens: false);
        var pieces = ids.Select(decoder.Append).ToList();
        Assert.All(pieces, piece => Assert.True(piece.Length == 0 || !char.IsHighSurrogate(piece[^1])));
        Assert.Equal(expected, string.Concat(pieces) + decoder.Flush());
    }
}
