using Baton.Contracts.Handoff;
using Baton.Silo.Handoff;
using Baton.Simulation.Faults;

namespace Baton.Simulation.Nodes;

/// <summary>
/// Pulls block by block over the simulated network, as the two kinds of planes do: under the lease with a checksum, or
/// straight out of the producer's memory with a look at the lease after it.
/// </summary>
internal sealed class SimulatedPlane(World world, WorkerNode here) : IKvPlane
{
    private readonly List<(string Source, TaskCompletionSource<bool> Hop)> _hops = [];

    public string Name => "simulated";

    public bool Reaches(KvLocation source) => true;

    public async Task<string?> Pull(KvPull pull)
    {
        var source = pull.Descriptor.Source;
        if (world.WorkerOf(source.Worker) is not { } producer || !await Hop(pull, producer))
        {
            return Broken(pull);
        }

        return source.SharedMemory.Length > 0 ? await Copy(pull, producer) : await Receive(pull, producer);
    }

    public void Drop(KvLocation source)
    {
        foreach (var (_, hop) in _hops.Where(h => h.Source == source.Endpoint).ToList())
        {
            hop.TrySetResult(false);
        }
    }

    public void Sweep()
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task<string?> Receive(KvPull pull, WorkerNode producer)
    {
        var lease = producer.Leases.Find(pull.Descriptor.LeaseId);
        if (lease?.Span(pull.Descriptor.Number) is not { } span)
        {
            return KvFailure.Lease;
        }

        var (sent, landed) = (new KvChecksum(), new KvChecksum());
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (!lease.Enter(pull.Descriptor.Number))
            {
                return KvFailure.Lease;
            }

            var came = await Hop(pull, producer);
            if (came)
            {
                sent.Append(producer.Bytes(span, i), pull.BytesPerBlock);
                producer.Bytes(span, i).CopyTo(here.Bytes(pull.Span, i));
                Spoil(pull, i);
                landed.Append(here.Bytes(pull.Span, i), pull.BytesPerBlock);
            }

            lease.Exit();
            if (!came)
            {
                return Broken(pull);
            }
        }

        return sent.Value == landed.Value || world.Bug == Bug.AckBeforeChecksum ? null : KvFailure.Checksum;
    }

    /// <summary>Memory does not flip bits, but its owner may use it for something else meanwhile.</summary>
    private async Task<string?> Copy(KvPull pull, WorkerNode producer)
    {
        var lease = producer.Leases.Find(pull.Descriptor.LeaseId);
        var span = pull.Span with { Blocks = pull.Descriptor.Blocks };
        for (var i = 0; i < pull.Blocks.Length; i++)
        {
            if (!await Hop(pull, producer))
            {
                return Broken(pull);
            }

            producer.Bytes(span, i).CopyTo(here.Bytes(pull.Span, i));
        }

        return lease is not null && producer.Leases.Find(lease.Id) == lease ? null : KvFailure.Lease;
    }

    private void Spoil(KvPull pull, int at)
    {
        if (world.Weather.Spoils())
        {
            here.Bytes(pull.Span, at)[world.Random.Next(pull.BytesPerBlock)] ^= 1;
        }
    }

    private async Task<bool> Hop(KvPull pull, WorkerNode producer)
    {
        var hop = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var entry = (pull.Descriptor.Source.Endpoint, hop);
        _hops.Add(entry);
        using var given = pull.Cancelled.UnsafeRegister(_ => hop.TrySetResult(false), null);
        world.Network.Stream(producer, here, came => hop.TrySetResult(came && !pull.Cancelled.IsCancellationRequested));
        var came = await hop.Task;
        _hops.Remove(entry);
        return came && !pull.Cancelled.IsCancellationRequested;
    }

    private static string Broken(KvPull pull) =>
        pull.Cancelled.IsCancellationRequested ? KvFailure.Cancelled : KvFailure.Connection;
}
