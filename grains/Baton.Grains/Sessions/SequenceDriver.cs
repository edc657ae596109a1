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
    string gateway,
    SessionTable sessions,
    SessionOptions options,
    TimeProvider time)
{
    private readonly HashSet<string> _avoid = new(StringComparer.Ordinal);
    private Task _unanswered = Task.CompletedTask;

    public async Task Run()
    {
        for (var attempt = 1; ; attempt++)
        {
            var failure = await Attempt();
            if (failure is null || run.IsEnded)
            {
                return;
            }

            if (attempt >= options.MaxAttempts)
            {
                run.EndWith("worker_failed", $"The request failed on {attempt} workers; the last one: {failure}.");
                return;
            }

            run.WithChoice(choice, c =>
            {
                c.BeginAttempt(time.GetUtcNow(), failure);
                return c.Lifecycle.Epoch;
            });
            sessions.CountRecompute();
        }
    }

    /// <summary>One attempt; null when the sequence has ended, else why another is needed.</summary>
    private async Task<string?> Attempt()
    {
        var (tokens, maxTokens, outcome) = run.WithChoice(choice, c =>
            (c.PromptLength + c.Generated, c.PromptLength + run.Request.Stop.MaxTokens, c.Outcome));
        _unanswered = Task.CompletedTask;
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
        var key = run.WithChoice(choice, c => c.Sequence(run.Id, SequenceWork.Whole).Key);
        var decode = Id(plan.Decode!);
        WorkerId? prefill = plan.Prefill is { } chosen ? Id(chosen) : null;
        try
        {
            var refusal = prefill is { } p
                ? await OrderHandoff(plan, p, decode, outcome)
                : await OrderWhole(plan, decode);
            if (refusal is not null)
            {
                return refusal;
            }

            return await Await(outcome, prefill ?? decode);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            _avoid.Add(plan.Decode!.Name);
            return $"{decode} cannot be reached";
        }
        finally
        {
            Release(key, decode, prefill);
            ReleaseAgain(_unanswered, key, decode, prefill).Ignore();
        }
    }

    private async Task<string?> OrderWhole(RoutePlan plan, WorkerId decode)
    {
        Place(plan, decode, null);
        Prefilling(decode, "prefill on the decode worker itself");
        var result = await grains.GetGrain<IDecodeGrain>(decode.Name).Generate(Order(decode, SequenceWork.Whole, null));
        return Judge(result, decode);
    }

    private async Task<string?> OrderHandoff(
        RoutePlan plan, WorkerId prefill, WorkerId decode, Task<AttemptOutcome> outcome)
    {
        Place(plan, decode, prefill);
        var reserving = grains.GetGrain<IDecodeGrain>(decode.Name).Reserve(Order(decode, SequenceWork.Import, null));
        if (await Task.WhenAny(reserving, outcome) == outcome)
        {
            _unanswered = reserving;
            var ended = await outcome;
            return ended.Failure;
        }

        var reserved = await reserving;
        if (Judge(reserved, decode) is { } refusal)
        {
            return refusal;
        }

        run.WithChoice(choice, c => c.Placement = c.Placement! with { CachedTokens = reserved.Target!.CachedTokens });
        Prefilling(prefill, "ordered from the prefill worker");
        try
        {
            var order = Order(prefill, SequenceWork.Prefill, reserved.Target);
            return Judge(await grains.GetGrain<IPrefillGrain>(prefill.Name).Prefill(order), prefill);
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            _avoid.Add(prefill.Name);
            return $"{prefill} cannot be reached";
        }
    }

    private async Task<string?> Await(Task<AttemptOutcome> outcome, WorkerId first)
    {
        AttemptOutcome ended;
        try
        {
            ended = await FirstTokenOrEnd(outcome);
        }
        catch (TimeoutException)
        {
            _avoid.Add(first.Name);
            return $"{first} brought no token in time";
        }

        return ended.Ended ? null : ended.Failure;
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
            c.Placement = new Placement(decode, prefill, CachedTokens: 0);
            var tokens = c.PromptLength + c.Generated;
            router.Sent(decode.Name, tokens);
            if (prefill is { } p)
            {
                router.Sent(p.Name, tokens);
            }

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
            _avoid.Add(worker.Name);
            return $"{worker}: {refusal}";
        }

        return null;
    }

    /// <summary>Tells both workers that the attempt is over; a worker that is gone needs no telling.</summary>
    private void Release(SequenceKey key, WorkerId decode, WorkerId? prefill)
    {
        Tell(decode, grains.GetGrain<IDecodeGrain>(decode.Name), key).Ignore();
        if (prefill is { } p)
        {
            Tell(p, grains.GetGrain<IPrefillGrain>(p.Name), key).Ignore();
        }
    }

    // A release that is lost leaves blocks reserved for as long as the worker lives: nobody else knows of them.
    private async Task Tell(WorkerId worker, IWorkerGrain grain, SequenceKey key)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await grain.Release(key);
                return;
            }
            catch (Exception e) when (
                Undelivered.Is(e) && attempt < options.ReleaseAttempts && router.MayLive(worker))
            {
                await Task.Delay(options.ReleaseRetry, time);
            }
        }
    }

    // Calls may overtake each other: an order that was given up is released once more when it has been answered.
    private async Task ReleaseAgain(Task order, SequenceKey key, WorkerId decode, WorkerId? prefill)
    {
        if (!order.IsCompleted)
        {
            await order.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            Release(key, decode, prefill);
        }
    }

    private static WorkerId Id(WorkerSnapshot worker) => new(worker.Name, worker.Incarnation);
}
