using Baton.Contracts;
using Baton.Contracts.Sessions;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Sessions;
using Baton.Core.Text;

namespace Baton.Grains.Sessions;

/// <summary>
/// One choice of a session: its tokens so far, its text, its life. Guarded by its session's lock; what it returns is
/// appended to the session's log.
/// </summary>
internal sealed class ChoiceRun
{
    // Token 1 comes from the prefill worker and the rest from decode: the second may arrive before the first.
    private const int MaxEarlyTokens = 64;

    // Of the prompt, for the text that follows it: no character has as many.
    private const int TokensOfContext = 32;

    private readonly GenerationRequest _request;
    private readonly IIncrementalDecoder _decoder;
    private readonly StopStringScanner _stops;
    private readonly List<int> _tokens;
    private readonly Dictionary<int, TokenOutput> _early = [];
    private TaskCompletionSource<AttemptOutcome> _outcome = NewOutcome();
    private (int Generated, TaskCompletionSource Done)? _awaited;
    private (int Epoch, TaskCompletionSource<bool> Done)? _copying;
    private bool _isFinished;
    private int _cachedTokens;

    public ChoiceRun(int index, GenerationRequest request, ITokenizer tokenizer, DateTimeOffset now, int firstEpoch)
    {
        Index = index;
        _request = request;
        _tokens = [.. request.Choices[index].Prompt];
        _decoder = Continuing(tokenizer.NewDecoder(request.SkipSpecialTokens), _tokens);
        _stops = new StopStringScanner(request.StopStrings, request.IncludeStopString);
        Lifecycle = new SequenceLifecycle(now, firstEpoch);
        LastNews = now;
    }

    public int Index { get; }

    public SequenceLifecycle Lifecycle { get; }

    public int PromptLength => _request.Choices[Index].Prompt.Length;

    public int Generated => _tokens.Count - PromptLength;

    public Placement? Placement { get; set; }

    /// <summary>Who ran the prompt of the latest attempt that had one run; a move has none.</summary>
    public WorkerId? PrefilledBy { get; set; }

    /// <summary>When the current attempt last brought something, or began.</summary>
    public DateTimeOffset LastNews { get; set; }

    /// <summary>Whether the current attempt waits for something of a worker. A prefill that has handed over is not missed.</summary>
    public bool NeedsOf(WorkerId worker) => !Lifecycle.IsTerminal
        && (Placement?.Decode == worker
            || (Placement?.Prefill == worker && Lifecycle.State < SequenceState.Decoding));

    /// <summary>Ends when the current attempt does.</summary>
    public Task<AttemptOutcome> Outcome => _outcome.Task;

    /// <summary>The current attempt.</summary>
    public SequenceKey Key(string requestId) => new(requestId, Index, Lifecycle.Epoch);

    /// <summary>Completes when so many tokens are here. One wait at a time.</summary>
    public Task Reached(int generated)
    {
        if (Generated >= generated)
        {
            return Task.CompletedTask;
        }

        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _awaited = (generated, done);
        return done.Task;
    }

    /// <summary>Completes when a copy ahead of a move has landed, or has failed. One at a time.</summary>
    public Task<bool> Copied(int epoch)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _copying = (epoch, done);
        return done.Task;
    }

    public void CopyEnded(int epoch, bool landed)
    {
        if (_copying is var (awaited, done) && awaited == epoch)
        {
            _copying = null;
            done.SetResult(landed);
        }
    }

    /// <summary>What a worker is asked: the prompt and all that was generated, so that any worker can go on.</summary>
    public SequenceRequest Sequence(string requestId, SequenceWork work) => new()
    {
        Key = Key(requestId),
        Work = work,
        Tokens = [.. _tokens],
        PromptLength = PromptLength,
        Sampling = _request.Choices[Index].Sampling,
        Stop = _request.Stop,
        CacheSalt = _request.CacheSalt,
    };

    public void BeginAttempt(DateTimeOffset now, string reason)
    {
        Lifecycle.BeginAttempt(now, reason);
        LastNews = now;
        EndAttempt(AttemptOutcome.Retry(reason));
        _outcome = NewOutcome();
        _early.Clear();
        Placement = null;
    }

    /// <summary>Takes a token that another owner has logged: what was drawn and written goes on from there.</summary>
    public void Replay(int token)
    {
        _tokens.Add(token);
        Scan(_decoder.Append(token));
    }

    public void EndAttempt(AttemptOutcome outcome) => _outcome.TrySetResult(outcome);

    /// <summary>Takes a token of the current attempt; yields log entries without index.</summary>
    /// <returns>False when it is stale or a repetition.</returns>
    public bool Take(TokenOutput output, List<SessionEvent> events)
    {
        if (output.Key.Epoch != Lifecycle.Epoch || _isFinished || Lifecycle.IsTerminal || output.Index < Generated)
        {
            return false;
        }

        if (output.Index > Generated)
        {
            return _early.Count < MaxEarlyTokens && _early.TryAdd(output.Index, output);
        }

        Accept(output, events);
        while (!_isFinished && _early.Remove(Generated, out var next))
        {
            Accept(next, events);
        }

        return true;
    }

    private void Accept(TokenOutput output, List<SessionEvent> events)
    {
        _tokens.Add(output.Sampled.Token);
        if (output.Index == 0)
        {
            _cachedTokens = output.Cached;
        }

        if (_awaited is var (generated, done) && Generated >= generated)
        {
            _awaited = null;
            done.SetResult();
        }

        var endsByToken = output.Finish == FinishReason.Stop;
        var piece = endsByToken && !_request.IncludeStopString ? "" : _decoder.Append(output.Sampled.Token);
        var scanned = Scan(piece);
        events.Add(TokenEvent(output.Sampled, scanned.Text));
        if (scanned.Stop is { } stop)
        {
            events.Add(FinishEvent(FinishReason.Stop, "", stop));
        }
        else if (output.Finish is { } finish)
        {
            var last = _stops.Append(_decoder.Flush());
            var rest = last.Stop is null ? last.Text + _stops.Flush() : last.Text;
            var stoppedBy = endsByToken && _request.Stop.StopTokens.Contains(output.Sampled.Token)
                ? output.Sampled.Token.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : last.Stop;
            events.Add(FinishEvent(last.Stop is null ? finish : FinishReason.Stop, rest, stoppedBy));
        }
    }

    // As vLLM has it: stop strings are not sought in what the least number of tokens says.
    private ScannedText Scan(string piece) =>
        Generated > _request.Stop.MinTokens ? _stops.Append(piece) : new ScannedText(piece, null);

    private SessionEvent TokenEvent(SampledToken sampled, string text) => new()
    {
        Index = 0,
        Kind = SessionEventKind.Token,
        Choice = Index,
        Token = sampled.Token,
        Text = text,
        Logprob = sampled.Logprob,
        Top = sampled.Top,
    };

    private SessionEvent FinishEvent(FinishReason reason, string rest, string? stoppedBy)
    {
        _isFinished = true;
        return new SessionEvent
        {
            Index = 0,
            Kind = SessionEventKind.Finish,
            Choice = Index,
            Text = rest,
            Reason = reason == FinishReason.Stop ? "stop" : "length",
            StoppedBy = stoppedBy,
            CachedTokens = _cachedTokens,
        };
    }

    // What follows a prompt does not begin a text: its first space stays, and a character that the prompt left open ends.
    private static IIncrementalDecoder Continuing(IIncrementalDecoder decoder, List<int> prompt)
    {
        foreach (var token in prompt[^Math.Min(TokensOfContext, prompt.Count)..])
        {
            decoder.Append(token);
        }

        return decoder;
    }

    private static TaskCompletionSource<AttemptOutcome> NewOutcome() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
