using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Tests.Model;

public sealed class UntrustedTests
{
    [Theory]
    [InlineData("model.layers.0.weight", "model.layers.0.weight")]
    [InlineData("naïve 模型 😀", "naïve 模型 😀")]
    [InlineData("a\r\nb", @"a\u000d\u000ab")]
    [InlineData("\u001b[2J\0\u0085", @"\u001b[2J\u0000\u0085")]
    [InlineData("\u2028\u2029\u202e\u200b", @"\u2028\u2029\u202e\u200b")]
    [InlineData("12345678901", "1234567890...")]
    [InlineData("123456789😀", "123456789...")]
    public void Shown_IsOneShortLine(string text, string shown) => Assert.Equal(shown, Untrusted.Shown(text, Limit(text)));

    [Fact]
    public void Shown_OfAMegabyte_IsShort() => Assert.Equal(83, Untrusted.Shown(new string('x', 1 << 20)).Length);

    private static int Limit(string text) => text.StartsWith("123", StringComparison.Ordinal) ? 10 : 80;
}
