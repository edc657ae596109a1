using System.Text;

namespace Baton.Engine.Torch.Tests.Tokenization;

public sealed class TokenizerPropertyTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Append_RandomTokens_PiecesJoinToTheWhole(bool trained)
    {
        var tokenizer = TestTokenizers.Get(trained);
        var random = new Random(7);
        for (var round = 0; round < 2000; round++)
        {
            var tokens = Enumerable.Range(0, random.Next(30)).Select(_ => random.Next(tokenizer.VocabularySize)).ToArray();
            var skips = random.Next(2) == 0;
            var decoder = tokenizer.NewDecoder(skips);
            var text = new StringBuilder();
            foreach (var token in tokens)
            {
                var piece = decoder.Append(token);
                Assert.True(piece.Length == 0 || !char.IsHighSurrogate(piece[^1]), "a piece ends inside a character");
                text.Append(piece);
            }

            Assert.Equal(tokenizer.Decode(tokens, skips), text.Append(decoder.Flush()).ToString());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Decode_OfEncodedText_IsTheText(bool trained)
    {
        var tokenizer = TestTokenizers.Get(trained);
        var random = new Random(11);
        for (var round = 0; round < 2000; round++)
        {
            var text = TestTokenizers.RandomText(random);

            // The trained one writes blanks as this mark, so the mark itself does not come back, and it puts a blank
            // behind its own special tokens.
            if (trained)
            {
                text = text.Replace("▁", "_", StringComparison.Ordinal).Replace("<s>", "", StringComparison.Ordinal);
            }

            var tokens = tokenizer.Encode(text, addSpecialTokens: false);
            Assert.All(tokens, token => Assert.InRange(token, 0, tokenizer.VocabularySize - 1));
            Assert.Equal(text, tokenizer.Decode(tokens, skipSpecialTokens: false));
        }
    }
}
