using k8s;
using k8s.Models;

namespace Baton.Repository.Tests.Support;

/// <summary>Rendered documents, each parsed as what it says it is; a field that Kubernetes does not know is an error.</summary>
internal sealed class Manifests(string yaml)
{
    public IReadOnlyList<object> All { get; } = KubernetesYaml.LoadAllFromString(yaml, strict: true);

    /// <summary>How many documents the text has.</summary>
    public int Count { get; } = yaml.Split('\n').Count(line => line.StartsWith("kind: ", StringComparison.Ordinal));

    public IEnumerable<V1Deployment> Deployments => All.OfType<V1Deployment>();

    /// <summary>The pods that the documents lead to.</summary>
    public IReadOnlyList<PodForm> Pods =>
    [
        .. Deployments.Select(d => new PodForm(d.Metadata.Name, d.Spec.Template.Metadata.Labels, d.Spec.Template.Spec)),
        .. All.OfType<V1StatefulSet>().Select(s => new PodForm(
            s.Metadata.Name, s.Spec.Template.Metadata.Labels, s.Spec.Template.Spec, s.Spec.VolumeClaimTemplates)),
        .. All.OfType<V1Pod>().Select(p => new PodForm(p.Metadata.Name, p.Metadata.Labels, p.Spec)),
    ];

    public T One<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> =>
        Assert.Single(All.OfType<T>(), o => o.Metadata.Name == name);

    public IEnumerable<PodForm> Selected(IDictionary<string, string> selector) =>
        Pods.Where(p => selector.All(s => p.Labels.TryGetValue(s.Key, out var value) && value == s.Value));
}

/// <summary>A pod that some document leads to.</summary>
internal sealed record PodForm(
    string Name, IDictionary<string, string> Labels, V1PodSpec Spec, IList<V1PersistentVolumeClaim>? Claims = null)
{
    public V1Container Main => Spec.Containers[0];

    public bool IsSilo => Labels.ContainsKey("orleans/clusterId");

    public IEnumerable<string> PortNames => Main.Ports?.Select(p => p.Name) ?? [];
}
