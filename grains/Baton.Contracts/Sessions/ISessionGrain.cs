namespace Baton.Contracts.Sessions;

/// <summary>
/// One generation request. Its key is the request id. It owns the request from before the first worker hears of it
/// until its log has been kept for the retention time.
/// </summary>
[Alias("baton.ISessionGrain")]
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>Admits and places the request; a repeated start attaches. Answers once it is decided.</summary>
    [Alias("Start")]
    Task<StartResult> Start(GenerationRequest request);

    /// <summary>
    /// The log from <paramref name="fromIndex"/> on, as it grows, to its end. Empty when the session is unknown.
    /// </summary>
    [Alias("Read")]
    IAsyncEnumerable<SessionEvent> Read(int fromIndex, CancellationToken cancellationToken = default);

    /// <summary>Ends the session; its log ends with an error of code "cancelled". False when it is unknown.</summary>
    [Alias("Cancel")]
    Task<bool> Cancel();

    /// <summary>Goes on with a session whose gateway died, from the copy that was kept; nothing when it runs.</summary>
    [Alias("Adopt")]
    Task Adopt();

    /// <summary>What happened so far; null when the session is unknown.</summary>
    [Alias("Describe")]
    Task<SessionView?> Describe();

    /// <summary>The request as it was started; null when the session is unknown. Replays need it.</summary>
    [Alias("Request")]
    Task<GenerationRequest?> Request();
}
