namespace Baton.Repository.Tests.Deploy;

/// <summary>Values that the chart is rendered with, and values that it refuses.</summary>
internal static class ChartValues
{
    private static readonly Dictionary<string, string[]> Sets = new()
    {
        ["defaults"] = [],
        ["gpu pools"] = ["--values", "deploy/helm/examples/aks-gpu.yaml"],
        ["external redis"] = ["--values", "deploy/helm/examples/external-redis.yaml"],
        ["api keys"] = ["--set", "auth.apiKeys={one,two},auth.clusterSecret=0123456789abcdef0123456789abcdef"],
        ["zero prefill"] = ["--set", "prefill.replicas=0,prefill.podDisruptionBudget.enabled=false"],
        ["another owner of replicas"] = ["--set", "prefill.replicas=null,decode.replicas=null"],
        ["network policy"] = ["--set", "networkPolicy.enabled=true,redis.persistence.enabled=false"],
        ["options"] = ["--set", "options.queue-ttl=20s,options.engine=simulated,decode.env.BATON_THREADS=4"],
        ["fetched model"] =
            ["--set", "model.path=/models/llama,model.fetch.image=example/fetch:1,model.fetch.command={fetch,/models/llama}"],
        ["account of mine"] = ["--set", "serviceAccount.create=false,serviceAccount.name=mine"],
    };

    public static TheoryData<string> Names => [.. Sets.Keys];

    /// <summary>Values and a word of the refusal.</summary>
    public static TheoryData<string, string> Refused => new()
    {
        { "unknown=1", "unknown" },
        { "decode.replica=3", "replica" },
        { "decode.replicas=-1", "replicas" },
        { "decode.replicas=many", "replicas" },
        { "prefill.shmSize=lots", "shmSize" },
        { "prefill.device=tpu", "device" },
        { "options.no-such-option=1", "no-such-option" },
        { "options.cluster-secret=x", "cluster-secret" },
        { "auth.clusterSecret=short", "clusterSecret" },
        { "gateway.gpus=1", "gpus" },
        { "gateway.service.type=Ingress", "type" },
        { "redis.enabled=false", "redis.external" },
        { "redis.external=redis", "external" },
        { "gateway.terminationGracePeriodSeconds=55", "terminationGracePeriodSeconds" },
        { "decode.preStopSeconds=60", "terminationGracePeriodSeconds" },
    };

    public static string[] Of(string name) => Sets[name];
}
