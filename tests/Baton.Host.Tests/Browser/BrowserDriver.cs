using System.Diagnostics;
using System.Text.Json;
using Baton.Testing;

namespace Baton.Host.Tests.Browser;

/// <summary>One host and one browser for all cases; the browser is driven by a script that runs a case by its name.</summary>
public sealed class BrowserDriver : IAsyncLifetime
{
    // Fifty tokens a second: there is time to see an answer grow, and to break in.
    private const string Profile = """{"name":"readable","prefillConstant":4,"decodeFloor":20}""";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    // More than the script gives a case: it has more to tell of one that hangs.
    private static readonly TimeSpan CaseTimeout = TimeSpan.FromSeconds(40);

    private static readonly string? Node = Installed.Find("node", "NODE");
    private static readonly string? Chromium = Installed.Find("chromium", "CHROMIUM");
    private static readonly string? Playwright = Environment.GetEnvironmentVariable("PLAYWRIGHT_CORE");

    private readonly string _profile = Path.Combine(Path.GetTempPath(), $"baton-profile-{Guid.NewGuid():N}.json");
    private HostProcess? _host;
    private Process? _script;

    private static bool IsInstalled => Node is not null && Chromium is not null && Directory.Exists(Playwright);

    public async ValueTask InitializeAsync()
    {
        if (!IsInstalled)
        {
            return;
        }

        await File.WriteAllTextAsync(_profile, Profile);
        _host = await HostProcess.StartAsync("--engine", "simulated", "--sim-profile", _profile);
        _script = StartScript(_host.Url);
        var ready = await AnswerAsync(StartTimeout);
        Assert.True(ready.GetProperty("ready").GetBoolean());
    }

    /// <summary>Runs a case of the script; fails as it failed there.</summary>
    public async Task PassesAsync(string name)
    {
        Assert.SkipUnless(
            IsInstalled,
            "a browser is missing: install node, chromium (on the path or named by NODE, CHROMIUM) and playwright-core "
            + "(its folder named by PLAYWRIGHT_CORE), or run .ci/run");
        await _script!.StandardInput.WriteLineAsync(name);
        await _script.StandardInput.FlushAsync();
        var result = await AnswerAsync(CaseTimeout);
        Assert.Equal(name, result.GetProperty("name").GetString());
        Assert.True(result.GetProperty("ok").GetBoolean(), result.TryGetProperty("error", out var e) ? e.GetString() : null);
    }

    public async ValueTask DisposeAsync()
    {
        if (_script is not null)
        {
            await EndScriptAsync(_script);
            _script.Dispose();
        }

        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        File.Delete(_profile);
    }

    private static Process StartScript(string url)
    {
        var start = new ProcessStartInfo(Node!, [Path.Combine(AppContext.BaseDirectory, "Browser", "driver.mjs"), url])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment["CHROMIUM"] = Chromium;
        return Process.Start(start)!;
    }

    private static async Task EndScriptAsync(Process script)
    {
        script.StandardInput.Close();
        try
        {
            await script.WaitForExitAsync().WaitAsync(CaseTimeout);
        }
        catch (TimeoutException)
        {
            script.Kill(entireProcessTree: true);
        }
    }

    private async Task<JsonElement> AnswerAsync(TimeSpan patience)
    {
        var line = await _script!.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(patience);
        Assert.True(line is not null, "The browser's script ended; its last words are among the output of the tests.");
        using var json = JsonDocument.Parse(line);
        return json.RootElement.Clone();
    }
}
