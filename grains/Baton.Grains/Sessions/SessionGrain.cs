using System.Runtime.CompilerServices;
using Baton.Contracts;
using Baton.Contracts.Sessions;
using Baton.Core.Routing;
using Baton.Core.Text;
using Baton.Grains.Gateways;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.GrainDirectory;
using Orleans.Placement;

namespace Baton.Grains.Sessions;

/// <inheritdoc cref="ISessionGrain"/>
[Reentrant, Immovable, PreferLocalPlacement, GrainDirectory(DirectoryName)]
public sealed class SessionGrain(
    SessionTable sessions,
    SessionCopies copies,
    EndedSessions ended,
    SessionAdoption adoption,
    SessionAdmission admission,
    ClusterView view,
    IGatewayIdentity gateway,
    ITokenizer tokenizer,
    IOptions<SessionOptions> options,
    TimeProvider time,
    ILogger<SessionGrain> logger) : Grain, ISessionGrain
{
    /// <summary>The directory in which sessions are found.</summary>
    public const string DirectoryName = "sessions";

    // The directory keeps an activation this long after its last call; a running session is kept by its drivers.
    private static readonly TimeSpan KeptWhileRunning = TimeSpan.FromHours(24);

    // Whoever has started a session reads it next, and reads it again when its connection broke.
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    private readonly SessionOptions _options = options.Value;
    private SessionRun? _run;
    private Task<StartResult>? _starting;
    private Task? _adopting;
    private int _readers;
    private IGrainTimer? _orphanTimer;
    private IGrainTimer? _lingering;

    private string Id => this.GetPrimaryKeyString();

    private GatewayId Gateway => new(gateway.Name, GrainContext.Address.SiloAddress!.Generation);

    public async Task<StartResult> Start(GenerationRequest request)
    {
        if (await Known() is { } session)
        {
            return session.Request.BodyFingerprint == request.BodyFingerprint
                ? new StartResult(StartOutcome.Attached)
                : new StartResult(StartOutcome.Conflict, "Another request has this id.");
        }

        if (_starting is not null)
        {
            await _starting;
            return await Start(request);
        }

        _starting = Admit(request);
        try
        {
            return await _starting;
        }
        finally
        {
            _starting = null;
            LeaveWhenIdle();
        }
    }

    public async IAsyncEnumerable<SessionEvent> Read(
        int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _readers++;
        _orphanTimer?.Dispose();
        try
        {
            if (await Asked() is { } session)
            {
                await foreach (var entry in session.ReadAsync(fromIndex, cancellationToken))
                {
                    yield return entry;
                }
            }
        }
        finally
        {
            if (--_readers == 0)
            {
                LastReaderLeft();
            }
        }
    }

    public async Task<bool> Cancel()
    {
        var session = await Asked();
        (session as SessionRun)?.EndWith(SessionRun.CancelledCode, "The request was cancelled.");
        return session is not null;
    }

    public Task Adopt() => Asked();

    public async Task<SessionView?> Describe() => (await Asked())?.Describe();

    public async Task<GenerationRequest?> Request() => (await Asked())?.Request;

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // A gateway that leaves leaves its sessions to their standbys, as one that dies does.
        if (_run is { } run && !(reason.ReasonCode == DeactivationReasonCode.ShuttingDown && copies.IsKept(run)))
        {
            run.EndWith("gateway_shutdown", "The gateway that ran the request shut down.");
            sessions.Remove(run);
            copies.Forget([run.Id]);
        }

        return Task.CompletedTask;
    }

    /// <summary>The session, also if it was begun at a gateway that is dead; null when nobody knows of it.</summary>
    private async Task<ISessionRecord?> Known()
    {
        if (Here is null)
        {
            await (_adopting is { IsCompleted: false } ? _adopting : _adopting = TakeOver());
        }

        return Here;
    }

    private async Task<ISessionRecord?> Asked()
    {
        var session = await Known();
        LeaveWhenIdle();
        return session;
    }

    private ISessionRecord? Here => (ISessionRecord?)_run ?? ended.Find(Id);

    private async Task TakeOver()
    {
        if (await adoption.Find(Id) is not { } copy)
        {
            return;
        }

        var run = _run = SessionRun.Restore(copy, tokenizer, time);
        sessions.Adopt(run);
        copies.Admit(run).Ignore();
        Go(run, new SessionRouter(view, _options, time, gateway.Model));
        if (_readers == 0)
        {
            LastReaderLeft();
        }
    }

    private async Task<StartResult> Admit(GenerationRequest request)
    {
        if (gateway.IsDraining)
        {
            return new StartResult(
                StartOutcome.Draining, "This gateway is shutting down.", TimeSpan.FromSeconds(1));
        }

        if (sessions.Waiting + view.Unplaced + request.Choices.Length > _options.MaxQueued)
        {
            return new StartResult(
                StartOutcome.Overloaded, "Too many requests are waiting.", TimeSpan.FromSeconds(1));
        }

        var router = new SessionRouter(view, _options, time, gateway.Model);
        var largest = request.Choices.MaxBy(c => c.Prompt.Length)!;
        var plan = await router.WaitForRoute(
            largest.Prompt.Length, largest.Prompt.Length + request.Stop.MaxTokens, SessionRouter.NoneAvoided);
        if (plan.Refusal == RouteRefusal.TooLarge)
        {
            return new StartResult(StartOutcome.Impossible, $"The request is {plan.Reason}.");
        }

        if (plan.Refusal == RouteRefusal.NoWorker)
        {
            return new StartResult(
                StartOutcome.NoWorker, $"No worker is available: {plan.Reason}.", TimeSpan.FromSeconds(2));
        }

        var run = new SessionRun(Id, request, tokenizer, time) { Candidates = plan.Candidates };
        if (admission.Take(run, () => Begin(run, router)) is { } refused)
        {
            return new StartResult(
                StartOutcome.Overloaded, $"The request would miss its targets: {refused.Refusal}.", refused.RetryAfter);
        }

        await copies.Admit(run);
        return new StartResult(StartOutcome.Started);
    }

    private void Begin(SessionRun run, SessionRouter router)
    {
        _run = run;
        sessions.Add(run);
        Go(run, router);
    }

    private void Go(SessionRun run, SessionRouter router)
    {
        DelayDeactivation(KeptWhileRunning);
        Drive(run, router).Ignore();
    }

    /// <summary>Runs every choice to its end; then only a record is kept, and the activation is no longer needed.</summary>
    private async Task Drive(SessionRun run, SessionRouter router)
    {
        var choices = run.OpenChoices;
        try
        {
            await Task.WhenAll(choices.Select(choice =>
                new SequenceDriver(run, choice, router, GrainFactory, Gateway, sessions, _options, time).Run()));
        }
        catch (Exception e)
        {
            logger.DriverFailed(e, Id);
            run.EndWith("internal_error", "The request failed inside the server.");
        }

        foreach (var choice in choices)
        {
            sessions.CountEnd(run.WithChoice(choice, c => c.Generated), run.Request.Stop.MaxTokens);
        }

        admission.Ended(run);
        await ended.Keep(run);
        sessions.Remove(run);
        _run = null;
        LeaveWhenIdle();
    }

    /// <summary>Nothing runs here: the activation goes, unless somebody reads or asks again soon.</summary>
    private void LeaveWhenIdle()
    {
        if (_run is null && _lingering is null)
        {
            _lingering = this.RegisterGrainTimer(
                static (grain, _) => grain.Leave(), this, new GrainTimerCreationOptions(Linger, Linger));
        }
    }

    private Task Leave()
    {
        if (_run is null && _starting is null && _readers == 0)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    private void LastReaderLeft()
    {
        if (_run is not { IsEnded: false, Request.OrphanGrace: { } grace } run)
        {
            return;
        }

        _orphanTimer = this.RegisterGrainTimer(
            static (state, _) =>
            {
                state.EndWith(SessionRun.CancelledCode, "The last reader left.");
                return Task.CompletedTask;
            },
            run,
            new GrainTimerCreationOptions(grace, Timeout.InfiniteTimeSpan));
    }
}
