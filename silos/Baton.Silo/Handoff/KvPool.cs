using Baton.Contracts.Handoff;
using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>A worker's KV pool: its memory, what is in it, and how others reach it.</summary>
public sealed record KvPool(IKvMemory Memory, KvLayout Layout, KvLocation Location)
{
    /// <summary>Whole blocks that the memory holds.</summary>
    public long Blocks => Memory.Bytes / Layout.BlockBytes;

    internal unsafe ReadOnlySpan<byte> Read(BlockRun run) => new((byte*)Memory.Address + run.Offset, run.Bytes);

    internal unsafe Span<byte> Write(BlockRun run) => new((byte*)Memory.Address + run.Offset, run.Bytes);
}
