using System.Runtime.CompilerServices;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Contracts.Sessions;
using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Core.Sessions;
using Baton.Core.Text;

namespace Baton.Grains.Sessions;

/// <summary>
/// The state of a session in its gateway's memory: tokens are put here straight from the workers' deliveries, without
/// a grain call each. Safe for concurrent use; the session's grain decides, this records.
/// </summary>
public sealed class SessionRun : ISessionRecord
{
    private readonly Lock _gate = new();
    private readonly ChoiceRun[] _choices;
    private readonly TimeProvider _time;
    private int _ended;

    public SessionRun(
        string id, GenerationRequest request, ITokenizer tokenizer, TimeProvider time, int firstEpoch = 0)
    {
        (Id, FirstEpoch) = (id, firstEpoch);
        Request = request;
        _time = time;
        _choices = [.. request.Choices.Select((_, i) => new ChoiceRun(i, request, tokenizer, time.GetUtcNow(), firstEpoch))];
    }

    public string Id { get; }

    public int FirstEpoch { get; }

    public GenerationRequest Request { get; }

    public EventLog<SessionEvent> Log { get; } = new();

    public bool IsEnded => Log.IsCompleted;

    /// <summary>Deliveries that were stale or repeated, and refused.</summary>
    public long Refused { get; private set; }

    internal IReadOnlyList<Candidate> Candidates { get; set; } = [];

    /// <summary>Choices that have no token yet.</summary>
    internal int WaitingChoices
    {
        get
        {
            lock (_gate)
            {
                return _choices.Count(c => c.Generated == 0 && !c.Lifecycle.IsTerminal);
            }
        }
    }

    /// <summary>Whether a choice has not ended.</summary>
    internal bool Wants(int choice)
    {
        lock (_gate)
        {
            return choice >= 0 && choice < _choices.Length && !_choices[choice].Lifecycle.IsTerminal;
        }
    }

    /// <summary>The choices that have not ended.</summary>
    internal int[] OpenChoices
    {
        get
        {
            lock (_gate)
            {
                return [.. _choices.Where(c => !c.Lifecycle.IsTerminal).Select(c => c.Index)];
            }
        }
    }

    /// <summary>A session as another gateway left it: its log as clients may have seen it, each open choice to go on.</summary>
    public static SessionRun Restore(SessionCopy copy, ITokenizer tokenizer, TimeProvider time)
    {
        var run = new SessionRun(
            copy.RequestId, copy.Request!, tokenizer, time, copy.FirstEpoch + SequenceLifecycle.EpochsOfAnOwner);
        foreach (var entry in copy.Entries)
        {
            run.Replay(entry);
        }

        return run;
    }

    /// <summary>The log from an index on. A token and the finish that it brings are never parted.</summary>
    public (SessionEvent[] Entries, bool IsComplete) Since(int index)
    {
        lock (_gate)
        {
            return Log.Since(index);
        }
    }

    /// <summary>
    /// The log for a client that has seen it up to an index. One that was taken over may end with an error before it has
    /// caught up with what was seen of the one before it: then the error comes all the same.
    /// </summary>
    public async IAsyncEnumerable<SessionEvent> ReadAsync(
        int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var entry in Log.ReadAsync(fromIndex, cancellationToken))
        {
            yield return entry;
        }

        if (Since(Log.Count - 1).Entries is [var last] && ErrorAfter(fromIndex, last) is { } error)
        {
            yield return error;
        }
    }

    /// <summary>The error that a log ended with before it had caught up with what was seen; null when it did not.</summary>
    internal static SessionEvent? ErrorAfter(int fromIndex, SessionEvent last) =>
        last.Kind == SessionEventKind.Error && last.Index < fromIndex ? last with { Index = fromIndex } : null;

    internal T WithChoice<T>(int choice, Func<ChoiceRun, T> act)
    {
        lock (_gate)
        {
            return act(_choices[choice]);
        }
    }

    /// <summary>A token arrives.</summary>
    public void Take(TokenOutput output, WorkerId worker)
    {
        lock (_gate)
        {
            var choice = _choices[output.Key.Choice];
            var events = new List<SessionEvent>(2);
            if (!choice.Take(output, events))
            {
                Refused++;
                return;
            }

            var now = choice.LastNews = Now;
            if (choice.Placement?.Prefill is null || worker == choice.Placement.Decode)
            {
                choice.Lifecycle.TryAdvance(output.Key.Epoch, SequenceState.Decoding, now, worker.Name);
            }

            foreach (var entry in events)
            {
                Log.Append(index => entry with { Index = index });
                if (entry.Kind == SessionEventKind.Finish)
                {
                    End(choice, SequenceState.Done, entry.Reason!);
                }
            }
        }
    }

    /// <summary>A worker gave the attempt up.</summary>
    public void Fail(SequenceKey key, string reason)
    {
        lock (_gate)
        {
            var choice = _choices[key.Choice];
            choice.CopyEnded(key.Epoch, landed: false);
            if (choice.Lifecycle.Epoch == key.Epoch && !choice.Lifecycle.IsTerminal)
            {
                choice.EndAttempt(AttemptOutcome.Retry(reason));
            }
        }
    }

    /// <summary>A handoff advanced.</summary>
    public void Note(HandoffMilestone milestone, WorkerId worker)
    {
        lock (_gate)
        {
            var state = milestone.State switch
            {
                HandoffState.Ready => SequenceState.HandoffReady,
                HandoffState.Transferring => SequenceState.Transferring,
                _ => SequenceState.Decoding,
            };
            if (milestone.State == HandoffState.Landed)
            {
                _choices[milestone.Key.Choice].CopyEnded(milestone.Key.Epoch, landed: true);
            }

            var choice = _choices[milestone.Key.Choice];
            if (choice.Lifecycle.TryAdvance(milestone.Key.Epoch, state, Now, worker.Name, milestone.Detail))
            {
                choice.LastNews = Now;
            }
        }
    }

    /// <summary>A worker died: attempts on it are over. A prefill that has handed over is not missed.</summary>
    public void WorkerDied(WorkerId worker)
    {
        lock (_gate)
        {
            foreach (var choice in _choices.Where(c => c.NeedsOf(worker)))
            {
                choice.EndAttempt(AttemptOutcome.Retry($"{worker} died"));
            }
        }
    }

    /// <summary>
    /// A worker is not heard of, and may be hung or cut off: attempts on it that have brought nothing for a while are
    /// over, long before the cluster gives the worker up. Should it come back, it speaks of an epoch that is past.
    /// </summary>
    public void WorkerSilent(WorkerId worker, TimeSpan quiet)
    {
        lock (_gate)
        {
            foreach (var choice in _choices.Where(c => c.NeedsOf(worker) && Now - c.LastNews > quiet))
            {
                choice.EndAttempt(AttemptOutcome.Retry($"{worker} is silent"));
            }
        }
    }

    /// <summary>Ends the session without a result, once.</summary>
    public void EndWith(string code, string message)
    {
        lock (_gate)
        {
            if (Log.IsCompleted)
            {
                return;
            }

            Log.Append(index => new SessionEvent
            {
                Index = index,
                Kind = SessionEventKind.Error,
                Choice = 0,
                Reason = code,
                Message = message,
            });
            var state = code == CancelledCode ? SequenceState.Cancelled : SequenceState.Failed;
            foreach (var choice in _choices.Where(c => !c.Lifecycle.IsTerminal))
            {
                End(choice, state, message);
            }

            Log.Complete();
        }
    }

    /// <summary>When a choice began to decode; null when it has not.</summary>
    public DateTimeOffset? DecodingSince(int choice)
    {
        lock (_gate)
        {
            var timeline = _choices[choice].Lifecycle.Timeline;
            return timeline.FirstOrDefault(p => p.State == SequenceState.Decoding) is { State: SequenceState.Decoding } first
                ? first.At
                : null;
        }
    }

    /// <summary>The code of an <see cref="SessionEventKind.Error"/> that a client asked for.</summary>
    public const string CancelledCode = "cancelled";

    public SessionView Describe()
    {
        lock (_gate)
        {
            var first = _choices[0];
            return new SessionView
            {
                Id = Id,
                State = _choices.Min(c => c.Lifecycle.State).ToString(),
                Epoch = first.Lifecycle.Epoch,
                Disaggregated = first.Placement?.Prefill is not null,
                PrefillWorker = first.PrefilledBy?.Name,
                DecodeWorker = first.Placement?.Decode.Name,
                Timeline = [.. _choices.SelectMany(c => c.Lifecycle.Timeline).OrderBy(p => p.At).Select(p =>
                    new TimelineEntry(p.At, p.State.ToString(), p.Worker, p.Reason))],
                Candidates = [.. Candidates.Select(c => new CandidateView(c.Worker, c.Score, c.Why))],
                Choices = _choices.Length,
                PromptTokens = _choices.Sum(c => c.PromptLength),
                OutputTokens = _choices.Sum(c => c.Generated),
            };
        }
    }

    private void Replay(SessionEvent entry)
    {
        if (entry.Kind == SessionEventKind.Error)
        {
            EndWith(entry.Reason!, entry.Message!);
            return;
        }

        Log.Append(_ => entry);
        var choice = _choices[entry.Choice];
        if (entry.Kind == SessionEventKind.Token)
        {
            choice.Replay(entry.Token);
        }
        else
        {
            End(choice, SequenceState.Done, entry.Reason!);
        }
    }

    private DateTimeOffset Now => _time.GetUtcNow();

    private void End(ChoiceRun choice, SequenceState state, string reason)
    {
        choice.Lifecycle.TryAdvance(choice.Lifecycle.Epoch, state, Now, null, reason);
        choice.EndAttempt(AttemptOutcome.Finished);
        if (++_ended == _choices.Length)
        {
            Log.Complete();
        }
    }
}
