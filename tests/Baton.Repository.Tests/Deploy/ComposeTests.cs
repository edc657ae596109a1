using Baton.Repository.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Baton.Repository.Tests.Deploy;

/// <summary>The compose file parses and says only what the host understands.</summary>
public sealed class ComposeTests
{
    private const string Folder = "deploy/compose/";

    private static readonly Dictionary<object, object> Services = Map(Load(Folder + "compose.yaml")["services"]);

    [Theory]
    [InlineData("gateway", null)]
    [InlineData("prefill", "2")]
    [InlineData("decode", "2")]
    public void Service_OfARole_JoinsTheClusterThroughRedis(string role, string? replicas)
    {
        var service = Map(Services[role]);
        var environment = Map(service["environment"]);

        Assert.Equal(role, environment["BATON_ROLE"]);
        Assert.Equal("redis=redis:6379", environment["BATON_CLUSTER"]);
        Assert.Equal(replicas, service.TryGetValue("deploy", out var deploy) ? Map(deploy)["replicas"] : null);
        Assert.Contains("redis", Map(service["depends_on"]).Keys);
        Assert.Equal("baton.env", service["env_file"]);
        Assert.Contains("/ready", (List<object>)Map(service["healthcheck"])["test"]);
        Assert.Equal("60s", service["stop_grace_period"]);
    }

    [Fact]
    public void Variables_AreOptionsOfTheHost()
    {
        var set = Services.Values.Select(Map).Where(s => s.ContainsKey("environment"))
            .SelectMany(s => Map(s["environment"]).Keys).Select(k => (string)k);
        var asked = File.ReadLines(Tree.Full(Folder + "baton.env.example"))
            .Where(l => l.Contains('=') && !l.StartsWith('#')).Select(l => l.Split('=')[0]);

        Assert.All(set.Concat(asked), name => Assert.Contains(name, HostOptions.Variables));
    }

    [Fact]
    public void Builds_NameTargetsOfTheDockerfile()
    {
        foreach (var build in Services.Values.Select(Map).Where(s => s.ContainsKey("build")).Select(s => Map(s["build"])))
        {
            var root = Path.GetFullPath(Path.Combine(Tree.Full(Folder), (string)build["context"]));
            var dockerfile = File.ReadAllText(Path.Combine(root, (string)build["dockerfile"]));
            Assert.Matches($@"(?m)^FROM \S+ AS {build["target"]}$", dockerfile);
        }
    }

    [Fact]
    public void Workers_ShareOneMemory()
    {
        foreach (var role in (string[])["prefill", "decode"])
        {
            Assert.Contains("shm:/dev/shm", (List<object>)Map(Services[role])["volumes"]);
        }
    }

    private static Dictionary<object, object> Load(string path)
    {
        using var text = new StringReader(Tree.Read(path));
        return new DeserializerBuilder().Build()
            .Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(text)));
    }

    private static Dictionary<object, object> Map(object value) => Assert.IsType<Dictionary<object, object>>(value);
}
