namespace Baton.Silo.Handoff;

/// <summary>Bytes of a pool that lie one behind the other: the unit in which it is read and written.</summary>
internal readonly record struct BlockRun(long Offset, int Bytes)
{
    /// <summary>Bound of a run, but a block is never cut: what stays in a core's cache between two passes over it.</summary>
    public const int MostBytes = 1 << 20;
}
