using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Handoff;
using Baton.Contracts.Planning;
using Baton.Contracts.Sessions;
using Baton.Contracts.Workers;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Grains.Placement;
using Baton.Simulation.Nodes;

namespace Baton.Simulation.Network;

/// <summary>References to grains as one node has them: each call goes through the simulated network.</summary>
internal sealed class Grains(Node from, SimulatedNetwork network) : IGrainFactory
{
    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey
    {
        object reference = typeof(TGrainInterface) == typeof(ISessionGrain)
            ? new SessionReference(from, primaryKey)
            : typeof(TGrainInterface) == typeof(IGatewayGrain)
                ? new GatewayReference(from, network, NodeOf(primaryKey))
                : new WorkerReference(from, network, NodeOf(primaryKey));
        return (TGrainInterface)reference;
    }

    private static string NodeOf(string key) => NodeName.TryParse(key, out _, out var node) ? node : key;

    /// <summary>Orders come at most once, as Orleans has it; what the product repeats anyway may come twice.</summary>
    private sealed class WorkerReference(Node from, SimulatedNetwork network, string to) : IDecodeGrain, IPrefillGrain
    {
        public Task<OrderResult> Generate(WorkOrder order) =>
            network.Call(from, to, $"generate {order.Sequence.Key}", n => n.Decode.Generate(order));

        public Task<OrderResult> Reserve(WorkOrder order) => network.Call(
            from, to, $"reserve {order.Sequence.Key}", n => n.Decode.Reserve(order), timeout: SimulatedNetwork.LongTimeout);

        public Task<OrderResult> Prefill(WorkOrder order) =>
            network.Call(from, to, $"prefill {order.Sequence.Key}", n => n.Prefill.Prefill(order));

        public Task<int?> Freeze(WorkerId worker, SequenceKey key) =>
            network.Call(from, to, $"freeze {key}", n => n.Decode.Freeze(worker, key));

        public Task<OrderResult> Copy(WorkOrder order, SequenceKey running) =>
            network.Call(from, to, $"copy {running} as {order.Sequence.Key}", n => n.Decode.Copy(order, running));

        public Task<OrderResult> HandOver(WorkOrder order, SequenceKey frozen) =>
            network.Call(from, to, $"hand over {frozen}", n => n.Decode.HandOver(order, frozen));

        public Task Release(SequenceKey key) =>
            network.Call(from, to, $"release {key}", n => n.Grain.Release(key), mayRepeat: true);

        public Task Acknowledge(KvAck[] acks)
        {
            network.Post(from, to, $"ack {acks[0].Key} {acks[0].Number} {acks[0].Failure}", n => n.Grain.Acknowledge(acks));
            return Task.CompletedTask;
        }

        public Task<FittedProfile> Measure() => throw new NotSupportedException();

        public Task Drain() => throw new NotSupportedException();

        public Task<bool> Convert(WorkerRole role) => throw new NotSupportedException();
    }

    private sealed class GatewayReference(Node from, SimulatedNetwork network, string to) : IGatewayGrain
    {
        public Task Deliver(TokenBatch batch) =>
            network.Call(from, to, network.IsTraced ? Name(batch) : "", n => n.Gateway.Deliver(batch), mayRepeat: true);

        public Task<SequenceKey[]> Unwanted(SequenceKey[] keys) =>
            network.Call(from, to, $"unwanted {keys.Length}", n => n.Gateway.Unwanted(keys), mayRepeat: true);

        public Task ReportWorker(WorkerStatus status)
        {
            network.Post(from, to, null, n => n.Gateway.ReportWorker(status));
            return Task.CompletedTask;
        }

        public Task ReportGateway(GatewayStatus status)
        {
            network.Post(from, to, null, n => n.Gateway.ReportGateway(status));
            return Task.CompletedTask;
        }

        public Task ReportPlan(PlanStatus plan) => throw new NotSupportedException();

        public Task Scale(ScaleOrder order) => throw new NotSupportedException();

        public Task<string[]> Keep(SessionCopy[] copies, string[] forgotten) =>
            network.Call(from, to, $"keep {copies.Length}", n => n.Gateway.Keep(copies, forgotten), mayRepeat: true);

        public Task<bool> Cover(string newcomer) => throw new NotSupportedException();

        public Task<SessionPlace> Locate(GrainId session) => throw new NotSupportedException();

        public Task<SessionCopy?> TakeOver(string requestId) =>
            network.Call(from, to, $"take over {requestId}", n => n.Gateway.TakeOver(requestId));

        private static string Name(TokenBatch batch) =>
            $"deliver {string.Join(' ', batch.Tokens.Select(t => $"{t.Key}#{t.Index}={t.Sampled.Token}{(t.Finish is null ? "" : "!")}"))}"
            + $" {string.Join(' ', batch.Failures.Select(f => $"{f.Key}: {f.Reason}"))}";
    }

    /// <summary>A session is activated where it is asked for.</summary>
    private sealed class SessionReference(Node from, string id) : ISessionGrain
    {
        public Task Adopt() => ((GatewayNode)from).Adopt(id);

        public Task<StartResult> Start(GenerationRequest request) => throw new NotSupportedException();

        public IAsyncEnumerable<SessionEvent> Read(int fromIndex, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public Task<bool> Cancel() => throw new NotSupportedException();

        public Task<SessionView?> Describe() => throw new NotSupportedException();

        public Task<GenerationRequest?> Request() => throw new NotSupportedException();
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw new NotSupportedException();

    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) =>
        throw new NotSupportedException();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) =>
        throw new NotSupportedException();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId) where TGrainInterface : IAddressable =>
        throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId) => throw new NotSupportedException();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey, string grainClassNamePrefix) =>
        throw new NotSupportedException();

    public IAddressable GetGrain(Type interfaceType, IdSpan grainKey) => throw new NotSupportedException();
}
