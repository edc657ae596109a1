using System.Text;

namespace Baton.Engine.Torch.Tests.Tokenization;

public sealed class ByteLevelTests
{
    [Theory]
    [InlineData("hello world", new[] { 259, 264 })]
    [InlineData(" hello", new[] { 265 })]
    [InlineData("é😀", new[] { 267, 269, 0x80 })]
    [InlineData("1234", new[] { 266, '3', '4' })]
    [InlineData("", new int[0])]
    [InlineData("<|begin|>he<tool><|end|>", new[] { TestTokenizers.Begin, 256, TestTokenizers.Tool, TestTokenizers.End })]
    public void Encode_HandMade_EqualsExpected(string text, int[] expected) =>
        Assert.Equal(expected, TestTokenizers.ByteLevel.Encode(text, addSpecialTokens: false));

    [Fact]
    public void Encode_WithSpecialTokens_Begins() =>
        Assert.Equal([TestTokenizers.Begin, 259], TestTokenizers.ByteLevel.Encode("hello", addSpecialTokens: true));

    [Fact]
    public void Decode_SkippingSpecialTokens_LeavesOutOnlyThose() =>
        Assert.Equal("hello<tool>", TestTokenizers.ByteLevel.Decode(
            [TestTokenizers.Begin, 259, TestTokenizers.Tool, TestTokenizers.End], skipSpecialTokens: true));

    [Fact]
    public void Append_CharacterOverTokens_ComesWhole()
    {
        var decoder = TestTokenizers.ByteLevel.NewDecoder(skipSpecialTokens: true);
        Assert.Equal(["", "😀", ""], [decoder.Append(269), decoder.Append(0x80), decoder.Append(268)]);
        Assert.Equal("\ufffd", decoder.Flush());
    }

    [Fact]
    public void TokenBytes_EveryByteToken_IsTheByte()
    {
        for (var value = 0; value < 256; value++)
            Assert.Equal([(byte)value], TestTokenizers.ByteLevel.TokenBytes(value).ToArray());
        Assert.Equal("hello", Encoding.UTF8.GetString(TestTokenizers.ByteLevel.TokenBytes(259).Span));
    }

    [Fact]
    public void TokenId_KnownAndUnknown_IsIdOrNull()
    {
        Assert.Equal(TestTokenizers.End, TestTokenizers.ByteLevel.TokenId("<|end|>"));
        Assert.Null(TestTokenizers.ByteLevel.TokenId("<|nosuch|>"));
        Assert.True(TestTokenizers.ByteLevel.IsSpecial(TestTokenizers.End));
        Assert.False(TestTokenizers.ByteLevel.IsSpecial(TestTokenizers.Tool));
    }
}
