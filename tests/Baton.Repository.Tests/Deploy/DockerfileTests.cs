using System.Text.RegularExpressions;
using Baton.Repository.Tests.Support;

namespace Baton.Repository.Tests.Deploy;

/// <summary>What can be known of the images without building them.</summary>
public sealed class DockerfileTests
{
    private static readonly string Text = Tree.Read("deploy/docker/Dockerfile");

    [Theory]
    [InlineData("STOPSIGNAL SIGTERM")]
    [InlineData("USER $APP_UID")]
    [InlineData("--locked-mode")]
    [InlineData("HEALTHCHECK")]
    [InlineData("-p:BatonCuda=")]
    public void Dockerfile_Says(string part) => Assert.Contains(part, Text, StringComparison.Ordinal);

    [Fact]
    public void Variables_AreOptionsOfTheHost()
    {
        var set = Regex.Matches(Text, @"(?m)^ENV .*$").SelectMany(l => Regex.Matches(l.Value, "BATON_[A-Z_]+"));

        Assert.All(set, m => Assert.Contains(m.Value, HostOptions.Variables));
    }

    [Fact]
    public void Copies_NameFilesThatExist()
    {
        var copies = Regex.Matches(Text, @"(?m)^COPY (?!--from)(?:--\S+ )*(?<source>\S+) \S+$").Select(m => m.Groups["source"].Value);

        Assert.All(copies, source => Assert.True(Path.Exists(Tree.Full(source)), source));
    }
}
