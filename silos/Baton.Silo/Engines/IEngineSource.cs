using Baton.Contracts.Workers;
using Baton.Core.Engine;

namespace Baton.Silo.Engines;

/// <summary>
/// Makes the engines of this process. Engines of one source share what can be shared; what they share goes with the source,
/// after the last engine's thread.
/// </summary>
public interface IEngineSource : IAsyncDisposable
{
    /// <summary>What its engines run.</summary>
    ModelInfo Model { get; }

    /// <summary>Makes an engine; its thread runs from now on.</summary>
    /// <param name="role">Whose engine it is.</param>
    /// <param name="memory">Makes the KV memory of so many bytes.</param>
    EngineParts Create(WorkerRole role, Func<long, IKvMemory> memory);
}
