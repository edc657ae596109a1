using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Grains.Placement;
using Baton.Silo.Handoff;
using Baton.Silo.Workers;
using Baton.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Baton.Benchmarks.Handoff;

/// <summary>Two processes that hand over: decode in this one, prefill in a child.</summary>
internal sealed class Pair : IAsyncDisposable
{
    private readonly Arrivals _arrivals;
    private readonly IHost _host;
    private readonly Process _child;
    private readonly IDecodeGrain _decode;
    private readonly IPrefillGrain _prefill;
    private readonly WorkerId _decodeId;
    private readonly WorkerId _prefillId;
    private int _requests;

    private Pair(Arrivals arrivals, IHost host, Process child, WorkerId prefill, EndPoint tcp, EndPoint unix)
    {
        (_arrivals, _host, _child, _prefillId, RawTcp, RawUnix) = (arrivals, host, child, prefill, tcp, unix);
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        _decodeId = host.Services.GetRequiredService<WorkerRegistry>().All.Single().Id;
        _decode = grains.GetGrain<IDecodeGrain>(_decodeId.Name);
        _prefill = grains.GetGrain<IPrefillGrain>(prefill.Name);
    }

    public EndPoint RawTcp { get; }

    public EndPoint RawUnix { get; }

    /// <summary>Processor time of both processes so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _child.Refresh();
            return _child.TotalProcessorTime + Process.GetCurrentProcess().TotalProcessorTime;
        }
    }

    public static async Task<Pair> StartAsync(KvPlaneMode plane)
    {
        var arrivals = new Arrivals();
        var secret = Guid.NewGuid().ToString("N");
        var port = HostProcess.FreePort();
        var host = Node.Build(new NodeSettings(Node.DecodeName, port, HostProcess.FreePort(), null, plane, secret), arrivals);
        await host.StartAsync();
        var child = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { Peer.Verb, port.ToString(CultureInfo.InvariantCulture), plane.ToString() },
            Environment = { [Peer.SecretVariable] = secret },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await child.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException("The other process did not start.");
        var (tcp, unix) = (line.Split(' ')[0], line.Split(' ')[1]);
        return new Pair(
            arrivals,
            host,
            child,
            await PrefillIdAsync(host),
            new IPEndPoint(IPAddress.Loopback, int.Parse(tcp, CultureInfo.InvariantCulture)),
            new UnixDomainSocketEndPoint(unix));
    }

    /// <summary>One handoff by the product's own walk: reserve, prefill, transfer, release.</summary>
    public async Task<Arrival> HandOverAsync(int blocks, Chunking chunking)
    {
        var key = new SequenceKey($"r{Interlocked.Increment(ref _requests)}", 0, 1);
        var landed = _arrivals.Expect(key, chunking.Blocks);
        var order = Order(key, SequenceWork.Import, blocks, chunking);
        var reserved = await _decode.Reserve(order);
        Accepted(reserved);
        Accepted(await _prefill.Prefill(Order(key, SequenceWork.Prefill, blocks, chunking) with
        {
            Worker = _prefillId,
            Target = reserved.Target,
        }));
        var arrival = await landed.WaitAsync(TimeSpan.FromSeconds(60));
        await Task.WhenAll(_decode.Release(key), _prefill.Release(key));
        return arrival;
    }

    /// <summary>A grain call to the other process that does nothing there.</summary>
    public Task CallAsync() => _prefill.Release(new SequenceKey("nobody", 0, 1));

    public async ValueTask DisposeAsync()
    {
        _child.StandardInput.Close();
        await _child.WaitForExitAsync();
        _child.Dispose();
        await _host.StopAsync();
        _host.Dispose();
    }

    private WorkOrder Order(SequenceKey key, SequenceWork work, int blocks, Chunking chunking) => new()
    {
        Worker = _decodeId,
        Gateway = new GatewayId(NodeName.Gateway(Node.DecodeName), 0),
        Sequence = new SequenceRequest
        {
            Key = key,
            Work = work,
            Tokens = new int[blocks * RingEngineSource.BlockTokens],
            PromptLength = blocks * RingEngineSource.BlockTokens,
            Sampling = new SamplingOptions(),
            Stop = new StopRules { MaxTokens = 1, EndTokens = [], StopTokens = [] },
            CacheSalt = chunking.ToString(),
        },
    };

    private static void Accepted(OrderResult result)
    {
        if (!result.IsAccepted)
        {
            throw new InvalidOperationException($"An order was refused: {result.Refusal}.");
        }
    }

    private static async Task<WorkerId> PrefillIdAsync(IHost host)
    {
        var membership = host.Services.GetRequiredService<IClusterMembershipService>();
        await foreach (var snapshot in membership.MembershipUpdates)
        {
            var member = snapshot.Members.Values.FirstOrDefault(
                m => m.Name == Node.PrefillName && m.Status == SiloStatus.Active);
            if (member is not null)
            {
                return new WorkerId(
                    NodeName.Worker(WorkerRole.Prefill, Node.PrefillName), member.SiloAddress.Generation);
            }
        }

        throw new InvalidOperationException("The cluster ended.");
    }
}
