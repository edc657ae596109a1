using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
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
    string gateway,
    SessionTable sessions,
    SessionOptions options,
    TimeProvider time)
{
    /// <summary>The sequence where it runs from now on; the same when it was not moved.</summary>
    public async Task<Running> TryMove(Running now)
    {
        if (Destination(now) is not { } target)
        {
            return now;
        }

        try
        {
            return await Move(now, target);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            run.Fail(run.WithChoice(choice, c => c.Key(run.Id)), "a worker was lost while the sequence moved");
            return now;
        }
    }

    private WorkerId? Destination(Running now)
    {
        var (tokens, maxTokens) = run.WithChoice(choice, c =>
            (c.PromptLength + c.Generated, c.PromptLength + run.Request.Stop.MaxTokens));
        var decode = router.Route(tokens, maxTokens, new HashSet<string> { now.Decode.Name }).Decode;
        return decode is null || decode.Name == now.Decode.Name ? null : new WorkerId(decode.Name, decode.Incarnation);
    }

    private async Task<Running> Move(Running now, WorkerId target)
    {
        var source = grains.GetGrain<IDecodeGrain>(now.Decode.Name);
        if (await source.Freeze(now.Decode, now.Key) is not { } generated || !await Reached(now, generated))
        {
            return now;
        }

        var moving = run.WithChoice(choice, c => Begin(c, now, target));
        var reserving = grains.GetGrain<IDecodeGrain>(target.Name).Reserve(Order(target, null));
        var reserved = await reserving.WaitAsync(options.MoveDeadline, time);
        if (reserved.Target is { } place)
        {
            var handing = await source.HandOver(Order(now.Decode, place), now.Key);
            if (handing.IsAccepted)
            {
                sessions.CountMigration();
                return moving;
            }

            reserved = handing;
        }

        run.Fail(moving.Key, $"it could not be moved: {reserved.Refusal}");
        return moving;
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
        c.Placement = new Placement(target, now.Decode, CachedTokens: 0);
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
