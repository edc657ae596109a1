using System.Net;
using System.Net.Sockets;

namespace Baton.Host.Hosting;

/// <summary>Which ports to listen on.</summary>
internal static class Ports
{
    /// <summary>The port asked for, or a free one for 0.</summary>
    /// <exception cref="StartupException">The port is in use.</exception>
    public static int Resolve(int port, string option)
    {
        try
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            probe.Start();
            return ((IPEndPoint)probe.LocalEndpoint).Port;
        }
        catch (SocketException e)
        {
            throw new StartupException($"--{option}: port {port} cannot be listened on: {Why(e)}", e);
        }
    }

    /// <summary>Fails early if an address of --urls is taken: the silo need not start for that.</summary>
    public static void CheckUrls(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (!Uri.TryCreate(url.Replace("//*", "//0.0.0.0").Replace("//+", "//0.0.0.0"), UriKind.Absolute, out var uri)
                || uri.Scheme is not ("http" or "https"))
            {
                throw new StartupException($"--urls: '{url}' is not an address such as http://127.0.0.1:8080");
            }

            if (uri.Port != 0)
            {
                CheckAddress(url, uri);
            }
        }
    }

    private static void CheckAddress(string url, Uri uri)
    {
        var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var given) ? given : IPAddress.Loopback;
        try
        {
            using var probe = new TcpListener(address, uri.Port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new StartupException($"--urls: {url} cannot be listened on: {Why(e)}", e);
        }
    }

    private static string Why(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use",
        SocketError.AccessDenied => "not permitted",
        _ => e.SocketErrorCode.ToString(),
    };
}
