using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

/// <summary>
/// How finely the KV of one step is handed over while the step still runs (the layer-wise transfer of Splitwise, 2024,
/// section 4.3): what is left to wait for when it ends is then the last group and not the whole. A group has its price,
/// one descriptor and one run of bytes for each block, so small KV goes in one piece.
/// </summary>
internal static class LayerGroups
{
    private const int MostGroups = 8;
    private const long LeastGroupBytes = 2 << 20;
    private const int LeastRunBytes = 256 << 10;

    /// <summary>Layers of a group for that many blocks; all of them where they are not worth parting.</summary>
    public static int Size(KvLayout layout, int blocks)
    {
        long size = Math.Max(Parts(layout.Layers, MostGroups), Parts(LeastRunBytes, layout.LayerBytes));
        size = Math.Max(size, Parts(LeastGroupBytes, (long)layout.LayerBytes * blocks));

        // As even as they go: the rest is the part that is waited for, and must not be the one with the smallest runs.
        long groups = Math.Max(1, layout.Layers / size);
        return (int)Parts(layout.Layers, groups);
    }

    private static long Parts(long whole, long part) => (whole + part - 1) / part;
}
