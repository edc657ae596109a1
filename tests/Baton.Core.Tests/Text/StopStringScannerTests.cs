using System.Text;
using Baton.Core.Text;
using CsCheck;

namespace Baton.Core.Tests.Text;

public sealed class StopStringScannerTests
{
    [Fact]
    public void Append_StopAcrossPieces_EndsBeforeIt()
    {
        var scanner = new StopStringScanner(["END"], includeStop: false);
        Assert.Equal(new ScannedText("one ", null), scanner.Append("one E"));
        Assert.Equal(new ScannedText("", null), scanner.Append("N"));
        Assert.Equal(new ScannedText("", "END"), scanner.Append("D two"));
    }

    [Fact]
    public void Append_FalseAlarm_ReleasesWhatWasHeldBack()
    {
        var scanner = new StopStringScanner(["END"], includeStop: false);
        Assert.Equal("", scanner.Append("EN").Text);
        Assert.Equal("ENx", scanner.Append("x").Text);
    }

    [Fact]
    public void Append_IncludeStop_KeepsIt()
    {
        var scanner = new StopStringScanner(["!"], includeStop: true);
        Assert.Equal(new ScannedText("ha!", "!"), scanner.Append("ha! ha"));
    }

    [Fact]
    public void Append_AnyCutting_EqualsTheWhole() =>
        Gen.Select(
            Gen.Char["ab"].Array[0, 30].Select(c => new string(c)),
            Gen.Char["ab"].Array[1, 4].Select(c => new string(c)).Array[1, 3],
            Gen.Int[1, 5])
        .Sample((text, stops, size) =>
        {
            var cut = stops.Select(s => text.IndexOf(s, StringComparison.Ordinal)).Where(i => i >= 0)
                .DefaultIfEmpty(text.Length).Min();
            var scanner = new StopStringScanner(stops, includeStop: false);
            var got = new StringBuilder();
            string? stop = null;
            foreach (var piece in text.Chunk(size))
            {
                var scanned = scanner.Append(new string(piece));
                got.Append(scanned.Text);
                if ((stop = scanned.Stop) is not null)
                {
                    break;
                }
            }

            if (stop is null)
            {
                got.Append(scanner.Flush());
            }

            // A longer stop that began earlier may complete only after a shorter one: the text is then cut there.
            Assert.StartsWith(got.ToString(), text, StringComparison.Ordinal);
            Assert.True(got.Length >= cut);
            Assert.Equal(cut < text.Length || stops.Any(text.EndsWith), stop is not null);
        });
}
