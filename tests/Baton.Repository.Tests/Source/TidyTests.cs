using System.Text;
using System.Text.RegularExpressions;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Source;

/// <summary>What every file keeps to.</summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 400;
    private const int LongestTest = 600;

    private static readonly string[] Text =
    [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".yaml", ".yml", ".tpl", ".sh", ".html", ".css", ".ts",
        ".editorconfig", ".gitattributes", ".gitignore",
    ];

    private static IEnumerable<string> Texts => Tree.WithExtension(Text).Append(".ci/run").Append("deploy/docker/Dockerfile");

    [Fact]
    public void Code_FilesAreShort() => Holds("length", Tree.WithExtension(".cs"), file =>
        File.ReadLines(Tree.Full(file)).Count() <= (file.StartsWith("tests/", StringComparison.Ordinal) ? LongestTest : LongestFile));

    [Fact]
    public void Code_NeverSleeps() => Holds("sleep", Tree.WithExtension(".cs"), file => !Sleep().IsMatch(Tree.Read(file)));

    [Fact]
    public void Texts_LeaveNothingForLater() => Holds("marks", Texts, file => !Marks().IsMatch(Tree.Read(file)));

    [Fact]
    public void Texts_NameNoPathOfAMachine() => Holds("paths", Texts, file => !MachinePath().IsMatch(Tree.Read(file)));

    [Fact]
    public void Texts_EndLinesWithLineFeeds() =>
        Holds("line endings", Texts, file => !Tree.Read(file).Contains('\r', StringComparison.Ordinal));

    [Fact]
    public void Texts_EndWithANewLine() => Holds("last line", Texts, file => Tree.Read(file) is "" or [.., '\n']);

    [Fact]
    public void Texts_HaveNoTabs() => Holds("tabs", Texts, file => !Tree.Read(file).Contains('\t', StringComparison.Ordinal));

    [Fact]
    public void Texts_AreUtf8WithoutAMark()
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        Holds("byte order mark", Texts, file =>
        {
            var bytes = File.ReadAllBytes(Tree.Full(file));
            strict.GetCharCount(bytes);
            return !bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble);
        });
    }

    [Fact]
    public void Names_OfFiles_NeedNoQuotes() => Holds("names", Tree.Files, file => PlainName().IsMatch(file));

    private static void Holds(string rule, IEnumerable<string> files, Func<string, bool> holds)
    {
        var wrong = files.Where(f => !Exceptions.Allow(rule, f) && !holds(f)).ToList();
        Assert.True(wrong.Count == 0, $"{rule}: {string.Join(", ", wrong)}");
    }

    [GeneratedRegex(@"\bThread\.Sleep\(")]
    private static partial Regex Sleep();

    // Written so that this file does not match itself.
    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K)\b")]
    private static partial Regex Marks();

    [GeneratedRegex(@"(?<![\w./$}~-])/(home|root|work|Users|mnt/c)/\w|\b[C-Z]:\\\\?\w")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"^[\w./+-]+$")]
    private static partial Regex PlainName();
}
