using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>A session as its readers and its standby see it, running or ended.</summary>
public interface ISessionRecord
{
    string Id { get; }

    /// <summary>The epoch of the first attempts of its owner.</summary>
    int FirstEpoch { get; }

    GenerationRequest Request { get; }

    bool IsEnded { get; }

    /// <summary>The log from an index on, and whether that is all of it.</summary>
    (SessionEvent[] Entries, bool IsComplete) Since(int index);

    /// <summary>The log for a client that has seen it up to an index, as it grows, to its end.</summary>
    IAsyncEnumerable<SessionEvent> ReadAsync(int fromIndex, CancellationToken cancellationToken = default);

    SessionView Describe();
}
