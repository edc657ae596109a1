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
        var checksum = new KvChecksum();
        for (var i = 0; i < blocks.Length; i++)
        {
            if (!lease.Enter(pull.Descriptor.Number))
                return KvPulled.Failed(KvFailure.Lease);
            var came = await Hop(pull);
            if (came)
                Move(producer, blocks[i], pull, i, ref checksum);
            lease.Exit();
            if (!came)
                return Broken(pull);
        }
        return new KvPulled(null, checksum.Value);
    }

    private async Task<KvPulled> Copy(KvPull pull, ModelPrefill producer)
    {
        var checksum = new KvChecksum();
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (pull.Descriptor.Blocks[i] is < 0 or >= HandoffModel.PoolBlocks)
                return KvPulled.Failed(KvFailure.Range);
            Move(producer, pull.Descriptor.Blocks[i], pull, i, ref checksum);
            if (!await Hop(pull))
                return Broken(pull);
        }
        return model.Time.GetUtcNow() < pull.Descriptor.LeaseEndsAt
            ? new KvPulled(null, checksum.Value)
            : KvPulled.Failed(KvFailure.Lease);
    }

    private Task<bool> Hop(KvPull pull) =>
        model.Network.Stream(pull.Descriptor.Source.Endpoint, pull.Cancelled);

    private static KvPulled Broken(KvPull pull) => KvPulled.Failed(
        pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled : KvFailure.Connection);

    private static void Move(ModelPrefill producer, int block, KvPull pull, int at, ref KvChecksum checksum)
    {
        if (pull.Cancelled.IsCancellationRequested)
            return;
        var bytes = producer.Pool.Block(block);
        bytes.CopyTo(HandoffRig.Bytes(pull.Pool.Memory)[(pull.Blocks[at] * pull.BlockBytes)..]);
        checksum.Append(bytes);
    }
}
