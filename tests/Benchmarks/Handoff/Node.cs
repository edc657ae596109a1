using System.Net;
using Baton.Contracts.Workers;
using Baton.Silo.Engines;
using Baton.Silo.Handoff;
using Baton.Silo.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Baton.Benchmarks.Handoff;

/// <summary>A silo as the product composes it, with ring engines.</summary>
internal static class Node
{
    public const string DecodeName = "d";
    public const string PrefillName = "p";

    public static IHost Build(NodeSettings settings, Arrivals arrivals)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning).AddFilter("Orleans", LogLevel.Error);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(
            o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(settings.SiloPort, settings.GatewayPort, settings.Primary);
            silo.Configure<SiloOptions>(o => o.SiloName = settings.Name);
            silo.Configure<ClusterMembershipOptions>(o => o.ProbeTimeout = TimeSpan.FromSeconds(5));
            silo.AddBatonNode(
                new NodeOptions
                {
                    Name = settings.Name,
                    IsGateway = settings.IsDecode,
                    Workers = [settings.IsDecode ? WorkerRole.Decode : WorkerRole.Prefill],
                    Device = "cpu",
                    HostId = "here",
                    ClusterSecret = settings.Secret,
                    Address = IPAddress.Loopback,
                },
                Task.FromResult<IEngineSource>(new RingEngineSource(arrivals)),
                settings.Plane);
        });
        return builder.Build();
    }
}

/// <summary>What tells one node of the pair from the other.</summary>
internal sealed record NodeSettings(
    string Name, int SiloPort, int GatewayPort, IPEndPoint? Primary, KvPlaneMode Plane, string Secret)
{
    public bool IsDecode => Name == Node.DecodeName;
}
