namespace Baton.Contracts.Sessions;

/// <summary>
/// What a session's standby is told of it: enough to go on with the session when its gateway is dead, with every token
/// that a client may have seen. Copies may repeat and overlap.
/// </summary>
[GenerateSerializer, Immutable, Alias("baton.SessionCopy")]
public sealed record SessionCopy
{
    [Id(0)] public required string RequestId { get; init; }

    /// <summary>The gateway that runs the session.</summary>
    [Id(1)] public required string Owner { get; init; }

    /// <summary>The epoch of its first attempt at that gateway; a later owner's is higher.</summary>
    [Id(2)] public required int FirstEpoch { get; init; }

    /// <summary>The request, with the first copy.</summary>
    [Id(3)] public GenerationRequest? Request { get; init; }

    /// <summary>Index of the first of <see cref="Entries"/>.</summary>
    [Id(4)] public required int From { get; init; }

    /// <summary>The log from there on.</summary>
    [Id(5)] public required SessionEvent[] Entries { get; init; }

    /// <summary>Whether the log is complete with these.</summary>
    [Id(6)] public bool IsComplete { get; init; }
}
