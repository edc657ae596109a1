using Baton.Repository.Tests.Support;
using k8s.Models;

namespace Baton.Repository.Tests.Deploy;

/// <summary>What must agree between the documents of the chart, whatever the values.</summary>
public sealed class ChartRulesTests
{
    // What a drain and then the leaving of the cluster may take (NodeOptions, HostBuilder).
    private const int DrainAndLeaveSeconds = 50;

    private static readonly string[] Needed =
        ["POD_NAME", "POD_NAMESPACE", "POD_IP", "ORLEANS_SERVICE_ID", "ORLEANS_CLUSTER_ID", "BATON_CLUSTER_SECRET"];

    public static TheoryData<string> Values => ChartValues.Names;

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Selectors_MatchTheirPods(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var deployment in manifests.Deployments)
        {
            Assert.Equal(deployment.Metadata.Name, Assert.Single(manifests.Selected(deployment.Spec.Selector.MatchLabels)).Name);
        }

        foreach (var budget in manifests.All.OfType<V1PodDisruptionBudget>())
        {
            Assert.Equal(budget.Metadata.Name, Assert.Single(manifests.Selected(budget.Spec.Selector.MatchLabels)).Name);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Services_LeadToPortsThatExist(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var service in manifests.All.OfType<V1Service>())
        {
            var pod = Assert.Single(manifests.Selected(service.Spec.Selector));
            Assert.All(service.Spec.Ports, p => Assert.Contains(p.TargetPort.Value, pod.PortNames));
        }

        foreach (var policy in manifests.All.OfType<V1NetworkPolicy>())
        {
            var pods = manifests.Selected(policy.Spec.PodSelector.MatchLabels).ToList();
            Assert.NotEmpty(pods);
            foreach (var port in policy.Spec.Ingress.SelectMany(rule => rule.Ports ?? []))
            {
                Assert.All(pods, pod => Assert.Contains(port.Port.Value, pod.PortNames));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Probes_AskTheHostsPages(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var silo in manifests.Pods.Where(p => p.IsSilo))
        {
            Assert.Equal("/live", silo.Main.StartupProbe.HttpGet.Path);
            Assert.Equal("/live", silo.Main.LivenessProbe.HttpGet.Path);
            Assert.Equal("/ready", silo.Main.ReadinessProbe.HttpGet.Path);
            Assert.All(
                (V1Probe[])[silo.Main.StartupProbe, silo.Main.LivenessProbe, silo.Main.ReadinessProbe],
                probe => Assert.Contains(probe.HttpGet.Port.Value, silo.PortNames));
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task GracePeriod_IsAbovePreStopAndDrain(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var silo in manifests.Pods.Where(p => p.IsSilo))
        {
            var preStop = silo.Main.Lifecycle?.PreStop.Sleep.Seconds ?? 0;
            Assert.True(silo.Spec.TerminationGracePeriodSeconds > preStop + DrainAndLeaveSeconds, silo.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Pods_NameWhatOrleansNeedsAndOnlyOptionsThatExist(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));
        Assert.All(manifests.One<V1ConfigMap>("serving-baton").Data.Keys, k => Assert.Contains(k, HostOptions.Variables));

        foreach (var silo in manifests.Pods.Where(p => p.IsSilo))
        {
            var names = silo.Main.Env.Select(e => e.Name).ToList();
            Assert.Empty(Needed.Except(names));
            Assert.All(names.Where(n => n.StartsWith("BATON_", StringComparison.Ordinal)), n => Assert.Contains(n, HostOptions.Variables));
            Assert.Equal("baton", silo.Labels["orleans/serviceId"]);
            Assert.Equal(
                silo.Labels["orleans/clusterId"], manifests.One<V1ConfigMap>("serving-baton").Data["BATON_CLUSTER_ID"]);
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Role_LetsTheSilosAccountSeeAndLabelPods(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        var rule = Assert.Single(manifests.One<V1Role>("serving-baton").Rules, r => r.Resources.Contains("pods"));
        Assert.Equal(["get", "list", "patch", "watch"], rule.Verbs.Order());
        var binding = manifests.One<V1RoleBinding>("serving-baton");
        Assert.Equal("serving-baton", binding.RoleRef.Name);
        Assert.All(
            manifests.Pods.Where(p => p.IsSilo),
            p => Assert.Equal(Assert.Single(binding.Subjects).Name, p.Spec.ServiceAccountName));
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Mounts_HaveVolumesAndSharedMemoryFitsTheLimit(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var pod in manifests.Pods)
        {
            var volumes = (pod.Spec.Volumes ?? []).Select(v => v.Name)
                .Concat(pod.Claims?.Select(c => c.Metadata.Name) ?? []).ToList();
            Assert.All(pod.Main.VolumeMounts ?? [], m => Assert.Contains(m.Name, volumes));
            if (pod.Spec.Volumes?.SingleOrDefault(v => v.Name == "shm") is { } shm)
            {
                // What lies in shared memory counts against the container's limit.
                Assert.Equal("Memory", shm.EmptyDir.Medium);
                Assert.True(shm.EmptyDir.SizeLimit.ToDecimal() < pod.Main.Resources.Limits["memory"].ToDecimal(), pod.Name);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Pods_RunWithoutPrivileges(string values)
    {
        var manifests = await Helm.Render(ChartValues.Of(values));

        foreach (var pod in manifests.Pods)
        {
            Assert.True(pod.Spec.SecurityContext.RunAsNonRoot, pod.Name);
            Assert.False(pod.Main.SecurityContext.AllowPrivilegeEscalation, pod.Name);
            Assert.True(pod.Main.SecurityContext.ReadOnlyRootFilesystem, pod.Name);
        }
    }
}
