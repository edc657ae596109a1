namespace Baton.Repository.Tests.Source;

/// <summary>Files that a rule leaves alone, each with the reason.</summary>
internal static class Exceptions
{
    private static readonly (string Rule, string File, string Reason)[] List =
    [
        ("tabs", "Orleans.sln", "dotnet sln writes it"),
        ("byte order mark", "Orleans.sln", "dotnet sln writes it, and wants the mark"),
    ];

    public static bool Allow(string rule, string file) => List.Any(e => e.Rule == rule && e.File == file);
}
