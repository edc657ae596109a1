using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Silo.Handoff;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>
/// Pulls over the model's network, as the two kinds of planes do: through the lease piece by piece, or straight out of
/// the producer's memory.
/// </summary>
internal sealed class ModelPlane(HandoffModel model) : IKvPlane
{
    public string Name => "model";

    public bool Reaches(KvLocation source) => source.Endpoint.Length > 0;

    public async Task<string?> Pull(KvPull pull)
    {
        var source = pull.Descriptor.Source;
        if (!await Hop(pull))
            return Broken(pull);
        if (model.Prefill(source.Worker) is not { } producer)
            return KvFailure.Connection;
        return source.SharedMemory.Length > 0 ? await Copy(pull, producer) : await Receive(pull, producer);
    }

    public void Drop(KvLocation source) => model.Network.Close(source.Endpoint);

    public void Sweep()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string?> Receive(KvPull pull, ModelPrefill producer)
    {
        var lease = producer.Leases.Find(pull.Descriptor.LeaseId);
        if (lease?.Span(pull.Descriptor.Number) is not { } span)
            return KvFailure.Lease;
        if (span.Bytes(HandoffModel.Layout) != pull.Bytes)
            return KvFailure.Connection;
        var isSpoiled = false;
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (!lease.Enter(pull.Descriptor.Number))
                return KvFailure.Lease;
            var came = await Hop(pull);
            if (came)
                await Move(producer, span, pull, i);
            lease.Exit();
            if (!came)
                return Broken(pull);
            isSpoiled |= Spoil(pull, i);
        }
        return isSpoiled ? KvFailure.Checksum : null;
    }

    /// <summary>A bit may flip on the way.</summary>
    private bool Spoil(KvPull pull, int at)
    {
        if (model.Random.Next(100) != 0 || pull.Cancelled.IsCancellationRequested)
            return false;
        Destination(pull, at)[model.Random.Next(pull.BytesPerBlock)] ^= 1;
        return true;
    }

    private async Task<string?> Copy(KvPull pull, ModelPrefill producer)
    {
        var lease = producer.Leases.Find(pull.Descriptor.LeaseId);
        var span = pull.Span with { Blocks = pull.Descriptor.Blocks };
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (pull.Descriptor.Blocks[i] is < 0 or >= HandoffModel.PoolBlocks)
                return KvFailure.Range;
            await Move(producer, span, pull, i);
            if (!await Hop(pull))
                return Broken(pull);
        }
        // What the word in a segment says.
        return lease is not null && producer.Leases.Find(lease.Id) == lease ? null : KvFailure.Lease;
    }

    private Task<bool> Hop(KvPull pull) =>
        model.Network.Stream(pull.Descriptor.Source.Endpoint, pull.Cancelled);

    private static string Broken(KvPull pull) =>
        pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled : KvFailure.Connection;

    /// <summary>Not begun once the pull is cancelled; but a copy that has begun ends when it ends.</summary>
    private async Task Move(ModelPrefill producer, KvSpan from, KvPull pull, int at)
    {
        if (pull.Cancelled.IsCancellationRequested)
            return;
        if (model.Random.Next(2) == 0)
            await model.Network.Lag();
        Bytes(producer.Pool.Memory, from, at).CopyTo(Destination(pull, at));
    }

    private static Span<byte> Destination(KvPull pull, int at) => Bytes(pull.Pool.Memory, pull.Span, at);

    private static Span<byte> Bytes(IKvMemory memory, KvSpan span, int at)
    {
        var run = span.Run(HandoffModel.Layout, at, 1);
        return HandoffRig.Bytes(memory).Slice((int)run.Offset, run.Bytes);
    }
}
