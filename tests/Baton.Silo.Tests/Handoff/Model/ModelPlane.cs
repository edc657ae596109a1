using Baton.Contracts.Handoff;
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

    public async Task<KvPulled> Pull(KvPull pull)
    {
        var source = pull.Descriptor.Source;
        if (!await Hop(pull))
            return Broken(pull);
        if (model.Prefill(source.Worker) is not { } producer)
            return KvPulled.Failed(KvFailure.Connection);
        return source.SharedMemory.Length > 0 ? await Copy(pull, producer) : await Receive(pull, producer);
    }

    public void Drop(KvLocation source) => model.Network.Close(source.Endpoint);

    public void Sweep()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<KvPulled> Receive(KvPull pull, ModelPrefill producer)
    {
        var lease = producer.Leases.Find(pull.Descriptor.LeaseId);
        if (lease?.Blocks(pull.Descriptor.Number) is not { } blocks)
            return KvPulled.Failed(KvFailure.Lease);
        if (blocks.Length != pull.Blocks.Length)
            return KvPulled.Failed(KvFailure.Connection);
        for (var i = 0; i < blocks.Length; i++)
        {
            if (!lease.Enter(pull.Descriptor.Number))
                return KvPulled.Failed(KvFailure.Lease);
            var came = await Hop(pull);
            if (came)
                await Move(producer, blocks[i], pull, i);
            lease.Exit();
            if (!came)
                return Broken(pull);
        }
        return new KvPulled(null, Checksum(pull));
    }

    private async Task<KvPulled> Copy(KvPull pull, ModelPrefill producer)
    {
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (pull.Descriptor.Blocks[i] is < 0 or >= HandoffModel.PoolBlocks)
                return KvPulled.Failed(KvFailure.Range);
            await Move(producer, pull.Descriptor.Blocks[i], pull, i);
            if (!await Hop(pull))
                return Broken(pull);
        }
        return model.Time.GetUtcNow() < pull.Descriptor.LeaseEndsAt
            ? new KvPulled(null, Checksum(pull))
            : KvPulled.Failed(KvFailure.Lease);
    }

    private Task<bool> Hop(KvPull pull) =>
        model.Network.Stream(pull.Descriptor.Source.Endpoint, pull.Cancelled);

    private static KvPulled Broken(KvPull pull) => KvPulled.Failed(
        pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled : KvFailure.Connection);

    /// <summary>Not begun once the pull is cancelled; but a copy that has begun ends when it ends.</summary>
    private async Task Move(ModelPrefill producer, int block, KvPull pull, int at)
    {
        if (pull.Cancelled.IsCancellationRequested)
            return;
        if (model.Random.Next(2) == 0)
            await model.Network.Lag();
        producer.Pool.Block(block).CopyTo(Destination(pull, at));
    }

    /// <summary>Of what came, for the source may change once its lease is over.</summary>
    private static uint Checksum(KvPull pull)
    {
        var checksum = new KvChecksum();
        for (var i = 0; i < pull.Blocks.Length; i++)
            checksum.Append(Destination(pull, i));
        return checksum.Value;
    }

    private static Span<byte> Destination(KvPull pull, int at) =>
        HandoffRig.Bytes(pull.Pool.Memory).Slice(pull.Blocks[at] * pull.BlockBytes, pull.BlockBytes);
}
