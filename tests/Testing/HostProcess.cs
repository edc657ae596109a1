using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;

namespace Baton.Testing;

/// <summary>The host as a real process, as a user runs it. Disposing it ends it and, through it, its children.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    /// <summary>Names another build of the host than the one beside the tests: what was published, say.</summary>
    public const string ProgramVariable = "BATON_TEST_HOST";

    // Generous: a cold start on a busy machine may take long, and only a hang should fail a test.
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(Process process, string url)
    {
        _process = process;
        Url = url;
        Client = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(3) };
    }

    /// <summary>Where it serves HTTP.</summary>
    public string Url { get; }

    public HttpClient Client { get; }

    public int Id => _process.Id;

    /// <summary>What it wrote to either output so far.</summary>
    public string Output => string.Join('\n', _output);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it and waits for its ready line.</summary>
    public static Task<HostProcess> StartAsync(params string[] arguments) =>
        StartAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with environment variables and waits for its ready line.</summary>
    public static async Task<HostProcess> StartAsync(
        IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var url = $"http://127.0.0.1:{FreePort()}";
        string[] all = arguments.Any(a => a.StartsWith("--urls", StringComparison.Ordinal)) || IsWorker(arguments)
            ? arguments
            : [.. arguments, "--urls", url];
        var host = Launch(environment, all, url);
        try
        {
            await host._ready.Task.WaitAsync(StartTimeout);
            return host;
        }
        catch (TimeoutException)
        {
            await host.DisposeAsync();
            throw new TimeoutException($"The host did not become ready. It wrote:\n{host.Output}");
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end, as for a bad command line.</summary>
    public static async Task<(int ExitCode, string Error, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(StartInfo(new Dictionary<string, string>(), arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(StartTimeout);
        return (process.ExitCode, await error, await output);
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until it has ended, by whatever cause.</summary>
    public Task ExitedAsync() => _process.WaitForExitAsync().WaitAsync(StartTimeout);

    /// <summary>Ends it at once, as a crash does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Asks it to drain and leave; its exit code.</summary>
    public async Task<int> StopAsync()
    {
        ProcessSignal.Send("-TERM", _process.Id);
        await _process.WaitForExitAsync().WaitAsync(StopTimeout);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
        {
            try
            {
                await StopAsync();
            }
            catch (TimeoutException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }

        _process.Dispose();
    }

    private static bool IsWorker(string[] arguments)
    {
        var role = Array.IndexOf(arguments, "--role");
        return role >= 0 && arguments[role + 1] is "prefill" or "decode" or "prefill,decode";
    }

    private static HostProcess Launch(IReadOnlyDictionary<string, string> environment, string[] arguments, string url)
    {
        var process = new Process { StartInfo = StartInfo(environment, arguments), EnableRaisingEvents = true };
        var host = new HostProcess(process, url);
        process.OutputDataReceived += (_, e) => host.Heard(e.Data);
        process.ErrorDataReceived += (_, e) => host.Heard(e.Data);
        process.Exited += (_, _) => host._ready.TrySetException(
            new InvalidOperationException($"The host ended before it was ready. It wrote:\n{host.Output}"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return host;
    }

    private static ProcessStartInfo StartInfo(IReadOnlyDictionary<string, string> environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.ArgumentList.Add(Environment.GetEnvironmentVariable(ProgramVariable) is { Length: > 0 } other
            ? other
            : Path.Combine(AppContext.BaseDirectory, "Baton.Host.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private void Heard(string? line)
    {
        if (line is null)
        {
            return;
        }

        _output.Enqueue(line);
        if (line.StartsWith("ready", StringComparison.Ordinal))
        {
            _ready.TrySetResult();
        }
    }
}
