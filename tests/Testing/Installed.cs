namespace Baton.Testing;

/// <summary>Programs that some tests use and a machine may lack.</summary>
public static class Installed
{
    /// <summary>Where a program is: named by a variable, or on the path; null without it.</summary>
    public static string? Find(string name, string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given && File.Exists(given)
            ? given
            : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(File.Exists);
}
