using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Baton.Contracts.Sessions;
using Baton.Core.Sessions;
using Baton.Host.Api;

namespace Baton.Host.Tests.Api;

/// <summary>Sessions that play what a test scripted; they keep their logs as real ones do.</summary>
internal sealed class FakeSessions : ISessions
{
    private readonly ConcurrentDictionary<string, (GenerationRequest Request, EventLog<SessionEvent> Log)> _sessions = new();

    /// <summary>What a start answers when the id is new.</summary>
    public StartResult Start { get; set; } = new(StartOutcome.Started);

    /// <summary>Fills the log of a session that has just started; may leave it open.</summary>
    public Action<GenerationRequest, EventLog<SessionEvent>> Script { get; set; } = Scripts.Say("Hi!");

    public ConcurrentQueue<string> Started { get; } = new();

    public ConcurrentQueue<string> Cancelled { get; } = new();

    /// <summary>Completes when the next reader has gone before the end.</summary>
    public TaskCompletionSource ReaderLeft { get; private set; } = New();

    /// <summary>Completes when a cancel arrives.</summary>
    public TaskCompletionSource CancelArrived { get; } = New();

    /// <summary>Completes when somebody reads.</summary>
    public TaskCompletionSource ReaderCame { get; } = New();

    public GenerationRequest Last { get; private set; } = null!;

    public SessionView? View { get; set; }

    public Exception? ReadFailure { get; set; }

    public EventLog<SessionEvent> LogOf(string id) => _sessions[id].Log;

    public Task<StartResult> StartAsync(string requestId, GenerationRequest request, CancellationToken cancellationToken)
    {
        if (_sessions.TryGetValue(requestId, out var known))
        {
            return Task.FromResult(new StartResult(
                known.Request.BodyFingerprint == request.BodyFingerprint ? StartOutcome.Attached : StartOutcome.Conflict));
        }

        Last = request;
        if (Start.Accepted)
        {
            Started.Enqueue(requestId);
            var log = new EventLog<SessionEvent>();
            _sessions[requestId] = (request, log);
            Script(request, log);
        }

        return Task.FromResult(Start);
    }

    public async IAsyncEnumerable<SessionEvent> ReadAsync(
        string requestId, int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReaderCame.TrySetResult();
        if (!_sessions.TryGetValue(requestId, out var session))
        {
            yield break;
        }

        var ended = false;
        try
        {
            await foreach (var entry in session.Log.ReadAsync(fromIndex, cancellationToken))
            {
                yield return entry;
                if (ReadFailure is { } failure)
                {
                    throw failure;
                }
            }

            ended = true;
        }
        finally
        {
            if (!ended)
            {
                ReaderLeft.TrySetResult();
            }
        }
    }

    public Task<bool> CancelAsync(string requestId)
    {
        Cancelled.Enqueue(requestId);
        CancelArrived.TrySetResult();
        if (!_sessions.TryGetValue(requestId, out var session))
        {
            return Task.FromResult(false);
        }

        Scripts.Fail(session.Log, "cancelled", "The request was cancelled.");
        return Task.FromResult(true);
    }

    public Task<SessionView?> DescribeAsync(string requestId) =>
        Task.FromResult(View?.Id == requestId ? View : null);

    public Task<GenerationRequest?> RequestAsync(string requestId) =>
        Task.FromResult(_sessions.TryGetValue(requestId, out var session) ? session.Request : null);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
