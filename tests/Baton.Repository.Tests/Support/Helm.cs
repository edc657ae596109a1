using System.Collections.Concurrent;

namespace Baton.Repository.Tests.Support;

/// <summary>Helm; tests that need it are skipped, with a line that says what to install, where it is missing.</summary>
internal static class Helm
{
    public const string Chart = "deploy/helm/baton";

    private static readonly string? Program = Programs.Find("helm", "HELM");
    private static readonly ConcurrentDictionary<string, Lazy<Task<Ended>>> Runs = [];

    public static Task<Ended> Lint(string[] values) => Run(["lint", "--strict", Chart, .. values]);

    public static Task<Ended> Template(string[] values) =>
        Run(["template", "serving", Chart, "--namespace", "models", .. values]);

    /// <summary>The documents that the chart renders to.</summary>
    public static async Task<Manifests> Render(string[] values)
    {
        var ended = await Template(values);
        Assert.True(ended.ExitCode == 0, ended.Error);
        return new Manifests(ended.Output);
    }

    private static Task<Ended> Run(string[] arguments)
    {
        Assert.SkipWhen(Program is null, "helm is missing: install Helm 3.17 or later, on the path or named by HELM, or run .ci/run");

        // The same arguments give the same documents: each is rendered once for all tests.
        return Runs.GetOrAdd(string.Join('\n', arguments), _ => new(() => Programs.Run(Program!, arguments))).Value;
    }
}
