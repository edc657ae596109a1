using System.Xml.Linq;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Source;

/// <summary>What a project file says.</summary>
internal sealed record ProjectFile(string Path, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
{
    public static IReadOnlyList<ProjectFile> All { get; } = [.. Tree.WithExtension(".csproj").Select(Read)];

    public static TheoryData<string> Names => [.. All.Select(p => p.Name)];

    public string Name => NameOf(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!.Replace('\\', '/');

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public IEnumerable<string> Sources =>
        Tree.WithExtension(".cs").Where(f => f.StartsWith(Folder + "/", StringComparison.Ordinal));

    public static ProjectFile Of(string name) => All.Single(p => p.Name == name);

    private static ProjectFile Read(string path)
    {
        var xml = XDocument.Parse(Tree.Read(path));
        return new ProjectFile(path, [.. Included("ProjectReference").Select(NameOf)], [.. Included("PackageReference")]);

        IEnumerable<string> Included(string item) =>
            xml.Descendants(item).Select(e => e.Attribute("Include")?.Value).OfType<string>();
    }

    private static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
