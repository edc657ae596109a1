using System.Diagnostics;
using System.Net.Sockets;
using Garnet;

namespace Baton.Testing;

/// <summary>A Redis of its own on loopback: redis-server where it is installed, else Garnet in this process.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    private readonly Process? _process;
    private readonly GarnetServer? _garnet;

    private RedisServer(int port, Process? process, GarnetServer? garnet) =>
        (Endpoint, _process, _garnet) = ($"127.0.0.1:{port}", process, garnet);

    /// <summary>host:port.</summary>
    public string Endpoint { get; }

    /// <summary>Its process; null where it runs in this one.</summary>
    public int? ProcessId => _process?.Id;

    /// <summary>Which server it is.</summary>
    public string Kind => _process is null ? "Garnet" : "redis-server";

    public static async Task<RedisServer> StartAsync()
    {
        var port = HostProcess.FreePort();
        var program = Installed.Find("redis-server", "REDIS_SERVER");
        var server = program is null
            ? new RedisServer(port, null, StartGarnet(port))
            : new RedisServer(port, StartRedis(program, port), null);
        await server.Listening(port);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _garnet?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
    }

    private static Process StartRedis(string program, int port)
    {
        var start = new ProcessStartInfo(program)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in (string[])
            ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no"])
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }

    private static GarnetServer StartGarnet(int port)
    {
        var server = new GarnetServer(["--bind", "127.0.0.1", "--port", $"{port}", "--memory", "64m", "--lua", "true"]);
        server.Start();
        return server;
    }

    private async Task Listening(int port)
    {
        using var timeout = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync("127.0.0.1", port, timeout.Token);
                return;
            }
            catch (SocketException) when (_process is not { HasExited: true })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, timeout.Token);
            }
        }
    }
}
