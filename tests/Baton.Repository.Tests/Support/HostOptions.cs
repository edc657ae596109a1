using System.Text.RegularExpressions;

namespace Baton.Repository.Tests.Support;

/// <summary>The options of the host, read from the text of the file that defines them.</summary>
internal static partial class HostOptions
{
    /// <summary>Without dashes: cluster-id.</summary>
    public static IReadOnlySet<string> Names { get; } = Definition()
        .Matches(string.Concat(Tree.Files.Where(f => f.StartsWith("host/Options/HostCommand", StringComparison.Ordinal))
            .Select(Tree.Read)))
        .Select(m => m.Groups["name"].Value)
        .ToHashSet();

    /// <summary>BATON_CLUSTER_ID.</summary>
    public static IReadOnlySet<string> Variables { get; } =
        Names.Select(n => "BATON_" + n.Replace('-', '_').ToUpperInvariant()).ToHashSet();

    [GeneratedRegex("""(?:(?:Text|Number|Choice)\(\s*"|new\("--)(?<name>[a-z][a-z-]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Definition();
}
