using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Core.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>
/// Moves a decoding sequence to another worker with its KV, because its own is draining. Until it is frozen nothing has
/// happened to it; from then on a failure ends the attempt, and the sequence is prefilled again elsewhere.
/// </summary>
internal sealed class SequenceMover(
    SessionRun run,
    int choice,
    SessionRouter router,
    IGrainFactory grains,
    GatewayId gateway,
    SessionTable sessions,
    SessionOptions options,
    TimeProvider time)
{
    private readonly SequenceCopier _copier = new(
        run, choice, new SequenceReleases(router, grains, options, time), grains, gateway, options, time);

    /// <summary>A reservation that was given up before it was answered: it is to be released once it is.</summary>
    public Task Unanswered { get; private set; } = Task.CompletedTask;

    /// <summary>The attempt that runs from now on, maybe failed already; the same when nothing was begun.</summary>
    public async Task<Running> TryMove(Running now)
    {
        if (Destination(now) is not { } worker || !await _copier.CopyAhead(now, worker) || now.Outcome.IsCompleted)
        {
            return now;
        }

        var target = new WorkerId(worker.Name, worker.Incarnation);
        if (!router.MayLive(target) || !await Freeze(now))
        {
            return now;
        }

        var moving = run.WithChoice(choice, c => Begin(c, now, target));
        if (await HandOver(now, moving) is { } failure)
        {
            run.Fail(moving.Key, $"it could not be moved: {failure}");
        }
        else
        {
            sessions.CountMigration();
        }

        return moving;
    }

    private WorkerSnapshot? Destination(Running now)
    {
        var (tokens, maxTokens) = run.WithChoice(choice, c =>
            (c.PromptLength + c.Generated, c.PromptLength + run.Request.Stop.MaxTokens));
        var decode = router.Route(tokens, maxTokens, new HashSet<string> { now.Decode.Name }).Decode;
        return decode?.Name == now.Decode.Name ? null : decode;
    }

    /// <summary>Whether it stands still and all that it has drawn is here.</summary>
    private async Task<bool> Freeze(Running now)
    {
        try
        {
            return await grains.GetGrain<IDecodeGrain>(now.Decode.Name).Freeze(now.Decode, now.Key) is { } generated
                && await Reached(now, generated);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            // It may be frozen, and nobody would ever thaw it.
            run.Fail(now.Key, $"{now.Decode} cannot be reached");
            return false;
        }
    }

    /// <summary>Reserves a place and has the KV sent there; null once it is on its way, else why it is not.</summary>
    private async Task<string?> HandOver(Running now, Running moving)
    {
        var reserving = grains.GetGrain<IDecodeGrain>(moving.Decode.Name).Reserve(Order(moving.Decode, null));
        Unanswered = reserving;
        try
        {
            var reserved = await reserving.WaitAsync(options.MoveDeadline, time);
            if (reserved.Target is not { } place)
            {
                return reserved.Refusal;
            }

            var source = grains.GetGrain<IDecodeGrain>(now.Decode.Name);
            return (await source.HandOver(Order(now.Decode, place), now.Key)).Refusal;
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            return "a worker was lost on the way, or had no room in time";
        }
    }

    // What was drawn before the freeze may still be on its way here; what it draws next comes from elsewhere.
    private async Task<bool> Reached(Running now, int generated)
    {
        var reached = run.WithChoice(choice, c => c.Reached(generated));
        try
        {
            await Task.WhenAny(reached, now.Outcome).WaitAsync(options.MoveDeadline, time);
        }
        catch (TimeoutException)
        {
            run.Fail(now.Key, "its last tokens did not come");
        }

        return reached.IsCompletedSuccessfully && !now.Outcome.IsCompleted;
    }

    private Running Begin(ChoiceRun c, Running now, WorkerId target)
    {
        var at = time.GetUtcNow();
        c.BeginAttempt(at, $"moving from {now.Decode.Name}, which drains");
        c.Placement = new Placement(target, now.Decode);
        c.Lifecycle.TryAdvance(c.Lifecycle.Epoch, SequenceState.Placed, at, target.Name, "with its KV");
        router.Sent(target.Name, c.PromptLength + c.Generated);
        return new Running(c.Key(run.Id), target, now.Decode, c.Outcome);
    }

    // The latest token has no KV yet: it is the first that the new worker runs.
    private WorkOrder Order(WorkerId worker, HandoffTarget? place) => run.WithChoice(choice, c =>
    {
        var sequence = c.Sequence(run.Id, SequenceWork.Import);
        return new WorkOrder
        {
            Worker = worker,
            Sequence = sequence with { Tokens = sequence.Tokens[..^1] },
            Gateway = gateway,
            Target = place,
        };
    });
}
