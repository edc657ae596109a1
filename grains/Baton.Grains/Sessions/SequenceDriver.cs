using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Core.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>
/// Takes one sequence through its attempts: route, order, wait, release; again elsewhere when a worker fails. Runs on
/// its session's scheduler.
/// </summary>
internal sealed class SequenceDriver(
    SessionRun run,
    int choice,
    SessionRouter router,
    IGrainFactory grains,
    GatewayId gateway,
    SessionTable sessions,
    SessionOptions options,
    TimeProvider time)
{
    private readonly SequenceReleases _releases = new(router, grains, options, time);
    private readonly SequenceMover _mover = new(run, choice, router, grains, gateway, sessions, options, time);
    private readonly HashSet<string> _avoid = new(StringComparer.Ordinal);
    private Task _unanswered = Task.CompletedTask;
    private bool _wasOrdered;

    public async Task Run()
    {
        var fruitless = 0;
        while (true)
        {
            var before = run.WithChoice(choice, c => c.Generated);
            var failure = await Attempt();
            if (failure is null)
            {
                return;
            }

            // An attempt that brought tokens is no sign that the next will fail: a long answer may outlive many workers.
            fruitless = run.WithChoice(choice, c => c.Generated) > before ? 1 : fruitless + 1;
            if (fruitless >= options.MaxAttempts)
            {
                run.EndWith("worker_failed", $"The request failed on {fruitless} workers; the last one: {failure}.");
                return;
            }

            await Task.Delay(options.AttemptPause * (fruitless - 1), time);

            // It may have ended although its attempt failed: all tokens came, and the answer to the order did not.
            if (!run.WithChoice(choice, c => TryBegin(c, failure)))
            {
                return;
            }

            if (_wasOrdered)
            {
                sessions.CountRecompute();
            }
        }
    }

    private bool TryBegin(ChoiceRun c, string reason)
    {
        if (c.Lifecycle.IsTerminal)
        {
            return false;
        }

        c.BeginAttempt(time.GetUtcNow(), reason);
        return true;
    }

    /// <summary>One attempt; null when the sequence has ended, else why another is needed.</summary>
    private async Task<string?> Attempt()
    {
        var (tokens, maxTokens, outcome) = run.WithChoice(choice, c =>
            (c.PromptLength + c.Generated, c.PromptLength + run.Request.Stop.MaxTokens, c.Outcome));
        (_unanswered, _wasOrdered) = (Task.CompletedTask, false);
        var plan = await router.WaitForRoute(tokens, maxTokens, _avoid);
        if (outcome.IsCompleted)
        {
            return (await outcome).Failure;
        }

        if (plan.Refusal != RouteRefusal.None)
        {
            return plan.Reason;
        }

        run.Candidates = plan.Candidates;
        var decode = Id(plan.Decode!);
        var running = new Running(
            run.WithChoice(choice, c => c.Key(run.Id)), decode, plan.Prefill is { } chosen ? Id(chosen) : null, outcome);
        try
        {
            var refusal = running.Source is { } prefill
                ? await OrderHandoff(plan, prefill, decode, outcome)
                : await OrderWhole(plan, decode, outcome);
            if (refusal is not null)
            {
                return refusal;
            }

            while (true)
            {
                var end = await EndOrMove(running);
                if (end.Outcome is { } ended)
                {
                    return ended.Ended ? null : ended.Failure;
                }

                (running, _unanswered) = (end.Moved!, _mover.Unanswered);
            }
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            _avoid.Add(plan.Decode!.Name);
            return $"{decode} cannot be reached";
        }
        finally
        {
            _releases.Release(_unanswered, running.Key, running.Decode, running.Source).Ignore();
        }
    }

    /// <summary>Waits for the end of an attempt; when its decode worker drains, moves it, or tries to until it ends.</summary>
    private async Task<(AttemptOutcome? Outcome, Running? Moved)> EndOrMove(Running running)
    {
        var ending = End(running);
        using var stop = new CancellationTokenSource();
        var draining = router.Draining(running.Decode, stop.Token);
        await Task.WhenAny(ending, draining);
        await stop.CancelAsync();
        while (!ending.IsCompleted)
        {
            var moved = await _mover.TryMove(running);
            if (moved != running)
            {
                Release(running);
                return (null, moved);
            }

            await Task.WhenAny(ending, Task.Delay(options.MoveRetry, time));
        }

        return (await ending, null);
    }

    private async Task<string?> OrderWhole(RoutePlan plan, WorkerId decode, Task<AttemptOutcome> outcome)
    {
        Place(plan, decode, null);
        Prefilling(decode, "prefill on the decode worker itself");
        _wasOrdered = true;
        var ordering = grains.GetGrain<IDecodeGrain>(decode.Name).Generate(Order(decode, SequenceWork.Whole, null));
        return await EndsBefore(ordering, outcome) ? (await outcome).Failure : Judge(await ordering, decode);
    }

    private async Task<string?> OrderHandoff(
        RoutePlan plan, WorkerId prefill, WorkerId decode, Task<AttemptOutcome> outcome)
    {
        Place(plan, decode, prefill);
        var tokens = run.WithChoice(choice, c => c.PromptLength + c.Generated);
        var reserving = grains.GetGrain<IDecodeGrain>(decode.Name).Reserve(Order(decode, SequenceWork.Import, null));

        // The wait for a place may be long, and no report of the prefill worker knows meanwhile of what will come to it.
        using (router.Hold(prefill.Name, tokens))
        {
            if (await EndsBefore(reserving, outcome))
            {
                return (await outcome).Failure;
            }
        }

        var reserved = await reserving;
        if (Judge(reserved, decode) is { } refusal)
        {
            return refusal;
        }

        router.Sent(prefill.Name, tokens);
        Prefilling(prefill, "ordered from the prefill worker");
        _wasOrdered = true;
        try
        {
            var order = Order(prefill, SequenceWork.Prefill, reserved.Target);
            var ordering = grains.GetGrain<IPrefillGrain>(prefill.Name).Prefill(order);
            return await EndsBefore(ordering, outcome) ? (await outcome).Failure : Judge(await ordering, prefill);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            _wasOrdered = false;
            _avoid.Add(prefill.Name);
            return $"{prefill} cannot be reached";
        }
    }

    /// <summary>Whether the attempt ends while a worker, which may hang, has not answered an order.</summary>
    private async Task<bool> EndsBefore(Task<OrderResult> ordering, Task<AttemptOutcome> outcome)
    {
        var endsBefore = await Task.WhenAny(ordering, outcome) == outcome && !ordering.IsCompleted;
        _unanswered = endsBefore ? ordering : Task.CompletedTask;
        return endsBefore;
    }

    private async Task<AttemptOutcome> End(Running running)
    {
        try
        {
            return await FirstTokenOrEnd(running.Outcome);
        }
        catch (TimeoutException)
        {
            var silent = running.Source ?? running.Decode;
            _avoid.Add(silent.Name);
            return AttemptOutcome.Retry($"{silent} brought no token in time");
        }
    }

    // Only the wait for the first token has a deadline here: after it, the workers' own deadlines and membership speak.
    private async Task<AttemptOutcome> FirstTokenOrEnd(Task<AttemptOutcome> outcome)
    {
        var before = run.WithChoice(choice, c => c.Generated);
        try
        {
            return await outcome.WaitAsync(options.FirstTokenDeadline, time);
        }
        catch (TimeoutException) when (run.WithChoice(choice, c => c.Generated) > before)
        {
            return await outcome;
        }
    }

    private void Place(RoutePlan plan, WorkerId decode, WorkerId? prefill) =>
        run.WithChoice(choice, c =>
        {
            c.Placement = new Placement(decode, prefill);
            c.PrefilledBy = prefill ?? decode;
            router.Sent(decode.Name, c.PromptLength + c.Generated);
            return c.Lifecycle.TryAdvance(
                c.Lifecycle.Epoch, SequenceState.Placed, time.GetUtcNow(), decode.Name, plan.Reason);
        });

    // Known here, so the worker need not say it: a call for each request would compete with its first token.
    private void Prefilling(WorkerId worker, string how) => run.WithChoice(choice, c => c.Lifecycle.TryAdvance(
        c.Lifecycle.Epoch, SequenceState.Prefilling, time.GetUtcNow(), worker.Name, how));

    private WorkOrder Order(WorkerId worker, SequenceWork work, HandoffTarget? target) => new()
    {
        Worker = worker,
        Sequence = run.WithChoice(choice, c => c.Sequence(run.Id, work)),
        Gateway = gateway,
        Target = target,
    };

    private string? Judge(OrderResult result, WorkerId worker)
    {
        if (result.Refusal is { } refusal)
        {
            _wasOrdered = false;
            _avoid.Add(worker.Name);
            return $"{worker}: {refusal}";
        }

        return null;
    }

    private void Release(Running running) => _releases.Release(running.Key, running.Decode, running.Source);

    private static WorkerId Id(WorkerSnapshot worker) => new(worker.Name, worker.Incarnation);
}
