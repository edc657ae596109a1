using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>Spoils descriptors.</summary>
internal static class ModelForger
{
    /// <summary>The forgery, and whether it cannot but be refused.</summary>
    public static (KvDescriptor Forged, bool IsForeign) Forge(KvDescriptor descriptor, int token, Random random) =>
        random.Next(11) switch
        {
            0 => (descriptor with { Source = descriptor.Source with { Worker = new("prefill-0", 99) } }, false),
            1 => (descriptor with { Fingerprint = descriptor.Fingerprint + " of another model" }, true),
            2 => (descriptor with { Number = descriptor.Number + random.Next(-3, 4) }, false),
            3 => (descriptor with { FirstBlock = random.Next(2) == 0 ? int.MinValue : 1000 }, descriptor.Blocks.Length > 0),
            // Only where they are not an address: who is let into a pool is trusted with where in it.
            4 when descriptor.Source.SharedMemory.Length == 0 =>
                (descriptor with { Blocks = [.. descriptor.Blocks.Select(_ => random.Next(-2, 2 * HandoffModel.PoolBlocks))] }, false),
            4 or 5 or 6 => (descriptor with { LeaseId = random.NextInt64() }, false),
            7 => (descriptor with { Key = descriptor.Key with { Epoch = descriptor.Key.Epoch + random.Next(1, 3) } }, true),
            9 => (descriptor with { Layers = Forged(random) }, descriptor.Blocks.Length > 0),
            8 => (descriptor with { Last = true, First = new SampledToken(token, float.NaN, null) }, false),
            _ => (descriptor with { Number = random.Next(2) == 0 ? int.MaxValue : -1 }, true),
        };

    /// <summary>None of these is in a block.</summary>
    private static LayerRange Forged(Random random)
    {
        var layers = HandoffModel.Layout.Layers;
        LayerRange[] forged = [new(-1, 2), new(0, 0), new(0, layers + 1), new(layers, 1), new(1, int.MaxValue), new(int.MaxValue, 2)];
        return forged[random.Next(forged.Length)];
    }
}
