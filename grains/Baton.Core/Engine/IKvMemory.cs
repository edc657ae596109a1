namespace Baton.Core.Engine;

/// <summary>
/// The memory of a worker's KV pool, zero-filled, at least as long as its blocks. The engine writes it; the data plane
/// reads leased blocks and writes reserved ones. Whoever made it disposes it, after the engine has stopped.
/// </summary>
public interface IKvMemory : IDisposable
{
    nint Address { get; }

    long Bytes { get; }
}
