using System.Threading.Channels;
using Baton.Core.Costs;

namespace Baton.Core.Engine;

/// <summary>
/// A model on a thread of its own behind bounded channels: drain commands, plan, run, publish. Safe for concurrent use.
/// </summary>
public interface IEngine : IAsyncDisposable
{
    EngineInfo Info { get; }

    /// <summary>The load after the latest step; never blocks.</summary>
    EngineLoad Load { get; }

    /// <summary>What its steps cost, as far as they have been measured; never blocks.</summary>
    WorkerProfile Profile { get; }

    /// <summary>Costs fitted to the latest steps alone. Takes a moment.</summary>
    FittedProfile Fit();

    /// <summary>Queues a command; waits while the inbox is full.</summary>
    ValueTask SubmitAsync(EngineCommand command, CancellationToken cancellationToken = default);

    /// <summary>Reports in order. Bounded: an engine whose reports nobody reads stops.</summary>
    ChannelReader<StepReport> Reports { get; }

    /// <summary>Completes when the engine's thread has ended; faulted if a bug or the device ended it.</summary>
    Task Completion { get; }
}
