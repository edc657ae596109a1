using System.Net;
using System.Net.Sockets;
using Baton.Testing;

namespace Baton.Host.Tests.Topologies;

/// <summary>What the user got wrong is said in one line, with exit code 2, before anything listens.</summary>
[Collection(ProcessTests.Name)]
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--nonsense", "1")]
    [InlineData("--role", "cook")]
    [InlineData("--device", "abacus")]
    [InlineData("--queue-ttl", "soon")]
    [InlineData("--workers", "prefill=many")]
    [InlineData("--workers", "prefill=0,decode=1")]
    [InlineData("--cluster", "carrier-pigeon")]
    [InlineData("--kv-blocks", "-1")]
    [InlineData("--threads", "hot")]
    [InlineData("--seed", "lucky")]
    [InlineData("--sim-speed", "0")]
    [InlineData("--urls", "ftp://127.0.0.1")]
    [InlineData("--model", "no-such-folder")]
    [InlineData("--autoscale", "kubernetes")]
    [InlineData("--scale-max", "prefill=0,decode=1")]
    [InlineData("--scale-ratio", "4-1")]
    [InlineData("--slo-ttft", "0s")]
    [InlineData("--scale-interval", "0.5ms")]
    [InlineData("--queue-ttl", "60d")]
    [InlineData("--autoscale", "process", "--disaggregate", "never")]
    [InlineData("--admission", "maybe")]
    public Task Run_BadOption_OneLineAndExitCode2(params string[] arguments) => Fails(arguments, arguments[0]);

    [Fact]
    public Task Run_UnknownProfile_OneLineAndExitCode2() =>
        Fails(["--engine", "simulated", "--sim-profile", "no-such-profile"], "no-such-profile");

    [Fact]
    public async Task Run_PortInUse_OneLineAndExitCode2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await Fails(["--urls", $"http://127.0.0.1:{port}"], "in use");
    }

    [Fact]
    public async Task Run_Help_ListsEveryOption()
    {
        var (code, _, output) = await HostProcess.RunAsync("--help");
        Assert.Equal(0, code);
        Assert.Contains("--workers", output, StringComparison.Ordinal);
        Assert.Contains("--disaggregate", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "{", "config.json")]
    [InlineData("config.json", """{"architectures":["MambaForCausalLM"],"model_type":"mamba"}""", "MambaForCausalLM")]
    [InlineData("model.safetensors", "short", "model.safetensors")]
    [InlineData("tokenizer.json", "[]", "tokenizer.json")]
    public async Task Run_BrokenModel_NamesTheFile(string file, string content, string expected)
    {
        var model = Repository.Shared("models/stories260K");
        var copy = Directory.CreateTempSubdirectory("baton-broken-");
        try
        {
            foreach (var original in Directory.GetFiles(model))
            {
                File.Copy(original, Path.Combine(copy.FullName, Path.GetFileName(original)));
            }

            var broken = Path.Combine(copy.FullName, file);
            File.SetAttributes(broken, FileAttributes.Normal);
            File.Delete(broken);
            await File.WriteAllTextAsync(broken, content, TestContext.Current.CancellationToken);
            await Fails(["--model", copy.FullName], expected);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    private static async Task Fails(string[] arguments, string expected)
    {
        var (code, error, _) = await HostProcess.RunAsync(
            arguments.Contains("--urls") ? arguments : [.. arguments, "--urls", $"http://127.0.0.1:{HostProcess.FreePort()}"]);
        Assert.Equal(2, code);
        var line = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("baton: ", line, StringComparison.Ordinal);
        Assert.Contains(expected.TrimStart('-'), line, StringComparison.Ordinal);
    }
}
