using Baton.Core.Engine;

namespace Baton.Silo.Engines;

/// <summary>A running engine and the memory under it.</summary>
/// <param name="Engine">The engine; it disposes its runner.</param>
/// <param name="Memory">Its KV pool; goes when the engine has ended.</param>
public sealed record EngineParts(IEngine Engine, IKvMemory Memory) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Engine.DisposeAsync();
        }
        finally
        {
            Memory.Dispose();
        }
    }
}
