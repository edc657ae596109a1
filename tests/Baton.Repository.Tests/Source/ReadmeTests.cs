using System.Text.RegularExpressions;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Source;

/// <summary>What the guides tell people to type exists.</summary>
public sealed partial class ReadmeTests
{
    // Of dotnet, helm, az, kubectl, docker and curl, where the guides call them.
    private static readonly string[] OfTools =
        ["project", "help", "json", "locked-mode", "no-build", "version", "max-parallel-test-modules"];

    private static readonly string[] OfBuilds = ["BATON_CUDA", "BATON_LIBTORCH", "BATON_FUZZ", "BATON_TEST_HOST"];

    public static TheoryData<string> Guides => ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

    public static TheoryData<string> AllGuides => [.. Guides, "deploy/README.md"];

    [Theory]
    [MemberData(nameof(Guides))]
    public void Options_Exist(string guide)
    {
        var known = HostOptions.Names.Concat(OfTools).Concat(OfPrograms("client/")).Concat(OfPrograms("tests/")).ToHashSet();

        Assert.All(Options().Matches(Tree.Read(guide)), m => Assert.Contains(m.Groups["name"].Value, known));
    }

    [Theory]
    [MemberData(nameof(AllGuides))]
    public void HostCommands_UseOptionsOfTheHost(string guide)
    {
        var text = Tree.Read(guide).Replace("\\\n", " ", StringComparison.Ordinal);
        foreach (var command in HostCommands().Matches(text).Select(m => m.Groups["options"].Value))
        {
            Assert.All(Options().Matches(command), m => Assert.Contains(m.Groups["name"].Value, HostOptions.Names.Append("help")));
        }
    }

    [Theory]
    [MemberData(nameof(AllGuides))]
    public void Variables_AreOptionsOfTheHost(string guide) =>
        Assert.All(
            Variables().Matches(Tree.Read(guide)),
            m => Assert.Contains(m.Value, HostOptions.Variables.Concat(OfBuilds)));

    [Theory]
    [MemberData(nameof(AllGuides))]
    public void Links_LeadToFiles(string guide)
    {
        foreach (var link in Links().Matches(Tree.Read(guide)).Select(m => m.Groups["to"].Value))
        {
            var full = Path.Combine(Path.GetDirectoryName(Tree.Full(guide))!, link);
            Assert.True(Path.Exists(full), $"{guide}: {link}");
        }
    }

    // Options of programs that the host's parser does not define, wherever their code spells them.
    private static IEnumerable<string> OfPrograms(string folder) => Tree.WithExtension(".cs")
        .Where(f => f.StartsWith(folder, StringComparison.Ordinal))
        .SelectMany(f => Options().Matches(Tree.Read(f))).Select(m => m.Groups["name"].Value);

    [GeneratedRegex(@"(?<![\w-])--(?<name>[a-z][a-z0-9-]*)")]
    private static partial Regex Options();

    [GeneratedRegex(@"--project host -- (?<options>.*)")]
    private static partial Regex HostCommands();

    [GeneratedRegex(@"\bBATON_[A-Z][A-Z_]*[A-Z]\b")]
    private static partial Regex Variables();

    [GeneratedRegex(@"\]\((?!https?:|#)(?<to>[^)#]+)")]
    private static partial Regex Links();
}
