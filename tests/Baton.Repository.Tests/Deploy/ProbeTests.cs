using System.Net;
using System.Net.Sockets;
using System.Text;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Deploy;

/// <summary>The probe of the images against a server that answers one request.</summary>
public sealed class ProbeTests
{
    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task Probe_Answer_DecidesTheExitCode(string answer, int exitCode)
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is missing: the probe of the images is a bash script");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = Answer(listener, answer);

        var ended = await Run(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.True(ended.ExitCode == exitCode, ended.Error);
        Assert.StartsWith("GET /ready HTTP/1.1\r\nHost: 127.0.0.1\r\n", await asked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_NobodyListens_Fails()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "bash is missing: the probe of the images is a bash script");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        Assert.NotEqual(0, (await Run(port)).ExitCode);
    }

    private static Task<Ended> Run(int port) =>
        Programs.Run("/bin/bash", Tree.Full("deploy/docker/baton-probe"), "/ready", "127.0.0.1", $"{port}");

    private static async Task<string> Answer(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var stream = client.GetStream();
        var request = "";
        var buffer = new byte[1024];
        while (!request.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request += Encoding.ASCII.GetString(buffer, 0, await stream.ReadAsync(buffer));
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n"));
        return request;
    }
}
