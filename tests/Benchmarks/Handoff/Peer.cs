using System.Net;
using System.Net.Sockets;
using Baton.Silo.Handoff;
using Baton.Testing;

namespace Baton.Benchmarks.Handoff;

/// <summary>The other process of the pair: the prefill node, and the senders of the raw baselines.</summary>
internal static class Peer
{
    public const string Verb = "handoff-peer";

    /// <summary>The variable that brings the secret: a command line is for everybody to read.</summary>
    public const string SecretVariable = "BATON_CLUSTER_SECRET";

    public static async Task RunAsync(int primaryPort, string plane)
    {
        var primary = new IPEndPoint(IPAddress.Loopback, primaryPort);
        var settings = new NodeSettings(
            Node.PrefillName,
            HostProcess.FreePort(),
            HostProcess.FreePort(),
            primary,
            Enum.Parse<KvPlaneMode>(plane),
            Environment.GetEnvironmentVariable(SecretVariable)!);
        using var host = Node.Build(settings, new Arrivals());
        await host.StartAsync();

        var unixPath = Path.Combine(Path.GetTempPath(), $"baton-raw-{Environment.ProcessId}.sock");
        var tcp = RawTransfer.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        var unix = RawTransfer.Listen(new UnixDomainSocketEndPoint(unixPath));
        Start(tcp);
        Start(unix);
        Console.WriteLine($"{((IPEndPoint)tcp.LocalEndPoint!).Port} {unixPath}");

        // The parent holds the other end of standard input; when it goes, this process goes.
        await Console.In.ReadToEndAsync();
        File.Delete(unixPath);
        await host.StopAsync();
    }

    private static void Start(Socket listener) =>
        new Thread(() => RawTransfer.Serve(listener)) { IsBackground = true }.Start();
}
