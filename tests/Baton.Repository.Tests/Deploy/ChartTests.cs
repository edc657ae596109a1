using System.Text.Json.Nodes;
using Baton.Repository.Tests.Support;
using k8s.Models;

namespace Baton.Repository.Tests.Deploy;

/// <summary>The chart renders to documents that Kubernetes takes, and to nothing where the values are wrong.</summary>
public sealed class ChartTests
{
    public static TheoryData<string> Values => ChartValues.Names;

    public static TheoryData<string, string> Refused => ChartValues.Refused;

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Lint_Strict_Passes(string values)
    {
        var ended = await Helm.Lint(ChartValues.Of(values));

        Assert.True(ended.ExitCode == 0, ended.Output + ended.Error);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Render_EveryDocument_IsItsKubernetesType(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        Assert.Equal(manifests.Count, manifests.All.Count);
        Assert.Equal(3, manifests.Deployments.Count());
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Render_BadValue_IsRefusedByName(string values, string word)
    {
        var ended = await Helm.Template(["--set", values]);

        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains(word, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_Options_AreOptionsOfTheHost()
    {
        var schema = JsonNode.Parse(Tree.Read($"{Helm.Chart}/values.schema.json"))!;

        Assert.Subset(
            HostOptions.Names.ToHashSet(),
            schema["$defs"]!["option"]!["enum"]!.AsArray().Select(o => (string)o!).ToHashSet());
    }

    [Fact]
    public async Task Strict_UnknownField_IsAnError()
    {
        var good = await Helm.Template(ChartValues.Of("defaults"));
        Assert.Equal(0, good.ExitCode);
        var bad = good.Output.Replace("terminationGracePeriodSeconds:", "terminationGraceSeconds:", StringComparison.Ordinal);

        Assert.ThrowsAny<Exception>(() => new Manifests(bad));
    }

    [Fact]
    public async Task Replicas_OfAnotherOwner_AreLeftOut()
    {
        var manifests = await Helm.Render(ChartValues.Of("another owner of replicas"));

        Assert.Null(manifests.One<V1Deployment>("serving-baton-decode").Spec.Replicas);
        Assert.Null(manifests.One<V1Deployment>("serving-baton-prefill").Spec.Replicas);
    }

    [Fact]
    public async Task Replicas_ZeroPrefill_AreRendered()
    {
        var manifests = await Helm.Render(ChartValues.Of("zero prefill"));

        Assert.Equal(0, manifests.One<V1Deployment>("serving-baton-prefill").Spec.Replicas);
    }

    [Fact]
    public async Task GpuPools_Workers_AskForGpusAndTolerateTheTaint()
    {
        var manifests = await Helm.Render(ChartValues.Of("gpu pools"));

        foreach (var role in (string[])["prefill", "decode"])
        {
            var pod = manifests.One<V1Deployment>($"serving-baton-{role}").Spec.Template.Spec;
            Assert.Equal("1", pod.Containers[0].Resources.Limits["nvidia.com/gpu"].ToString());
            Assert.Equal(role, pod.NodeSelector["baton/phase"]);
            Assert.Contains(pod.Tolerations, t => t is { Key: "sku", Value: "gpu", Effect: "NoSchedule" });
            Assert.Contains(pod.Containers[0].Env, e => e is { Name: "BATON_DEVICE", Value: "cuda" });
        }
    }

    [Fact]
    public async Task ExternalRedis_NoRedisIsRendered()
    {
        var manifests = await Helm.Render(ChartValues.Of("external redis"));

        Assert.Empty(manifests.All.OfType<V1StatefulSet>());
        Assert.Empty(manifests.All.OfType<V1Secret>());
        Assert.Equal("redis=redis.data.svc:6379", manifests.One<V1ConfigMap>("serving-baton").Data["BATON_CLUSTER"]);
    }

    [Fact]
    public async Task ApiKeys_AreInTheSecretAlone()
    {
        var manifests = await Helm.Render(ChartValues.Of("api keys"));

        Assert.Equal("one,two", manifests.One<V1Secret>("serving-baton").StringData["api-keys"]);
        Assert.DoesNotContain("BATON_API_KEY", manifests.One<V1ConfigMap>("serving-baton").Data.Keys);
    }
}
