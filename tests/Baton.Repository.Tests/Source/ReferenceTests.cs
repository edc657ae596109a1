using System.Text.RegularExpressions;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Source;

/// <summary>References go one way: Core, Contracts, Grains, Silo, Host; engines see Core alone.</summary>
public sealed partial class ReferenceTests
{
    // All that a project may refer to, itself or through others.
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Baton.Core"] = [],
        ["Baton.Simulator"] = ["Baton.Core"],
        ["Baton.Contracts"] = ["Baton.Core"],
        ["Baton.Grains"] = ["Baton.Core", "Baton.Contracts"],
        ["Baton.Engine.Torch"] = ["Baton.Core"],
        ["Baton.Engine.Simulated"] = ["Baton.Core"],
        ["Baton.Silo"] = ["Baton.Core", "Baton.Contracts", "Baton.Grains", "Baton.Engine.Torch", "Baton.Engine.Simulated"],
        ["Baton.Host"] =
            ["Baton.Core", "Baton.Contracts", "Baton.Grains", "Baton.Engine.Torch", "Baton.Engine.Simulated", "Baton.Silo"],
        ["Baton.Client"] = ["Baton.Core", "Baton.Contracts"],
        ["Baton.Cli"] = ["Baton.Core", "Baton.Contracts", "Baton.Client", "Baton.Simulator"],
    };

    public static TheoryData<string> Projects => ProjectFile.Names;

    [Fact]
    public void Projects_ThatShip_AreThoseOfTheRule() =>
        Assert.Equal(Allowed.Keys.Order(), ProjectFile.All.Where(p => !p.IsTest).Select(p => p.Name).Order());

    [Fact]
    public void References_GoOneWay()
    {
        foreach (var (name, allowed) in Allowed)
        {
            var wrong = ProjectFile.Of(name).Projects.Except(allowed).ToList();
            Assert.True(wrong.Count == 0, $"{name} must not refer to {string.Join(", ", wrong)}");
        }
    }

    [Fact]
    public void Core_HasNoPackages() => Assert.Empty(ProjectFile.Of("Baton.Core").Packages);

    [Fact]
    public void TorchSharp_IsSeenByTheEngineAlone()
    {
        var users = ProjectFile.All.Where(p => p.Packages.Any(n => n.Contains("Torch", StringComparison.OrdinalIgnoreCase)));
        Assert.Equal(["Baton.Engine.Torch"], users.Select(p => p.Name));

        // A reference to the engine hands its packages on: no other project that ships may use them.
        var files = ProjectFile.All.Where(p => !p.IsTest && p.Name != "Baton.Engine.Torch").SelectMany(p => p.Sources);
        Assert.All(files, f => Assert.False(UsesTorch().IsMatch(Tree.Read(f)), f));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_StartWithTheProjectsName(string project)
    {
        foreach (var file in ProjectFile.Of(project).Sources)
        {
            foreach (var space in Namespace().Matches(Tree.Read(file)).Select(m => m.Groups["name"].Value))
            {
                Assert.True(space == project || space.StartsWith(project + ".", StringComparison.Ordinal), $"{file}: {space}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_IsInTheSolutionWithALockFile(string project)
    {
        var file = ProjectFile.Of(project);

        Assert.StartsWith("Baton.", project, StringComparison.Ordinal);
        Assert.Contains($"\"{file.Path.Replace('/', '\\')}\"", Tree.Read("Orleans.sln"), StringComparison.Ordinal);
        Assert.Contains($"{file.Folder}/packages.lock.json", Tree.Files);
    }

    [GeneratedRegex(@"^\s*namespace\s+(?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*(global )?using (static )?TorchSharp", RegexOptions.Multiline)]
    private static partial Regex UsesTorch();
}
