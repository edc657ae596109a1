using System.Collections.Concurrent;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Core.Engine;
using Baton.Core.Planning;

namespace Baton.Grains.Sessions;

/// <summary>The sessions of this gateway, by request id: where deliveries find them. Safe for concurrent use.</summary>
public sealed class SessionTable
{
    private readonly ConcurrentDictionary<string, SessionRun> _runs = new(StringComparer.Ordinal);
    private long _requests;
    private long _recomputes;
    private long _migrations;
    private readonly Lock _traffic = new();
    private TrafficCounts _counts;
    private long _strays;

    /// <summary>Sessions that have not ended.</summary>
    public int Active => _runs.Values.Count(r => !r.IsEnded);

    /// <summary>Choices that have no token yet.</summary>
    public int Waiting => _runs.Values.Sum(r => r.WaitingChoices);

    /// <summary>Requests admitted since the start.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Sequences prefilled again after a failure, since the start.</summary>
    public long Recomputes => Interlocked.Read(ref _recomputes);

    /// <summary>Sequences moved with their KV, since the start.</summary>
    public long Migrations => Interlocked.Read(ref _migrations);

    /// <summary>Deliveries for sessions that are not here.</summary>
    public long Strays => Interlocked.Read(ref _strays);

    /// <summary>What was asked for since the start.</summary>
    public TrafficCounts Traffic
    {
        get
        {
            lock (_traffic)
            {
                return _counts;
            }
        }
    }

    public void Add(SessionRun run)
    {
        _runs[run.Id] = run;
        Interlocked.Increment(ref _requests);
        Count(new TrafficCounts
        {
            Sequences = run.Request.Choices.Length,
            PromptTokens = run.Request.Choices.Sum(c => (double)c.Prompt.Length),
            PromptSquares = run.Request.Choices.Sum(c => (double)c.Prompt.Length * c.Prompt.Length),
            AskedTokens = (double)run.Request.Choices.Length * run.Request.Stop.MaxTokens,
        });
    }

    /// <summary>A sequence has ended.</summary>
    /// <param name="generated">Tokens that it had.</param>
    /// <param name="asked">Tokens that it might have had at most.</param>
    public void CountEnd(int generated, int asked) => Count(
        new TrafficCounts { Ended = 1, OutputTokens = generated, EndedAskedTokens = asked });

    /// <summary>A session of a dead gateway goes on here: it was admitted there.</summary>
    public void Adopt(SessionRun run)
    {
        _runs[run.Id] = run;
        Interlocked.Add(ref _recomputes, run.OpenChoices.Length);
    }

    public void Remove(SessionRun run) => _runs.TryRemove(KeyValuePair.Create(run.Id, run));

    public void CountRecompute() => Interlocked.Increment(ref _recomputes);

    public void CountMigration() => Interlocked.Increment(ref _migrations);

    public void Deliver(TokenBatch batch)
    {
        foreach (var milestone in batch.Milestones)
        {
            Find(milestone.Key.RequestId)?.Note(milestone, batch.Worker);
        }

        foreach (var token in batch.Tokens)
        {
            Find(token.Key.RequestId)?.Take(token, batch.Worker);
        }

        foreach (var failure in batch.Failures)
        {
            Find(failure.Key.RequestId)?.Fail(failure.Key, $"{batch.Worker}: {failure.Reason}");
        }
    }

    /// <summary>Whether somebody waits for what a sequence brings.</summary>
    public bool Wants(SequenceKey key) => _runs.TryGetValue(key.RequestId, out var run) && run.Wants(key.Choice);

    public void WorkerDied(WorkerId worker)
    {
        foreach (var run in _runs.Values)
        {
            run.WorkerDied(worker);
        }
    }

    /// <summary>A worker is not heard of: what it owes for so long is asked of another.</summary>
    public void WorkerSilent(WorkerId worker, TimeSpan quiet)
    {
        foreach (var run in _runs.Values)
        {
            run.WorkerSilent(worker, quiet);
        }
    }

    private void Count(TrafficCounts counts)
    {
        lock (_traffic)
        {
            _counts += counts;
        }
    }

    private SessionRun? Find(string id)
    {
        if (_runs.TryGetValue(id, out var run))
        {
            return run;
        }

        Interlocked.Increment(ref _strays);
        return null;
    }
}
