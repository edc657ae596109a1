using Baton.Contracts.Sessions;
using Baton.Core.Routing;
using Baton.Grains.Sessions;

namespace Baton.Simulation.Nodes;

/// <summary>What a session's grain does, on the world's scheduler: it admits, drives, adopts; the parts are the real ones.</summary>
internal sealed class Session(GatewayNode node, Network.Grains grains, string id)
{
    private Task? _adopting;

    public string Id => id;

    /// <summary>While it has not become a record.</summary>
    public SessionRun? Run { get; private set; }

    /// <summary>What can be read of it here.</summary>
    public ISessionRecord? Here => (ISessionRecord?)Run ?? node.Ended.Find(id);

    /// <summary>Ends when its drivers do.</summary>
    public Task Driven { get; private set; } = Task.CompletedTask;

    private World World => node.World;

    public async Task<StartOutcome> Start(GenerationRequest request)
    {
        if (await Known() is not null)
        {
            return StartOutcome.Attached;
        }

        var router = Router();
        var largest = request.Choices.MaxBy(c => c.Prompt.Length)!;
        var plan = await router.WaitForRoute(
            largest.Prompt.Length, largest.Prompt.Length + request.Stop.MaxTokens, SessionRouter.NoneAvoided);
        if (plan.Refusal != RouteRefusal.None)
        {
            return plan.Refusal == RouteRefusal.NoWorker ? StartOutcome.NoWorker : StartOutcome.Impossible;
        }

        Run = new SessionRun(id, request, Tokenizer.Instance, World.Time);
        node.Sessions.Add(Run);
        Driven = Drive(Run, router);
        await node.Copies.Admit(Run);
        return StartOutcome.Started;
    }

    public async Task<ISessionRecord?> Known()
    {
        if (Here is null)
        {
            await (_adopting is { IsCompleted: false } ? _adopting : _adopting = TakeOver());
        }

        return Here;
    }

    public void Cancel() => Run?.EndWith(SessionRun.CancelledCode, "The request was cancelled.");

    private async Task TakeOver()
    {
        if (await node.Adoption.Find(id) is not { } copy)
        {
            return;
        }

        World.Count("adopted");
        Run = SessionRun.Restore(copy, Tokenizer.Instance, World.Time);
        node.Sessions.Adopt(Run);
        node.Copies.Admit(Run).Ignore();
        Driven = Drive(Run, Router());
    }

    private SessionRouter Router() => new(node.View, World.Options, World.Time, "m");

    private async Task Drive(SessionRun run, SessionRouter router)
    {
        try
        {
            await Task.WhenAll(run.OpenChoices.Select(choice => new SequenceDriver(
                run, choice, router, grains, node.GatewayId, node.Sessions, World.Options, World.Time).Run()));
        }
        catch (Exception e)
        {
            World.Violate($"the driver of {id} failed: {e}");
        }

        await node.Ended.Keep(run);
        node.Sessions.Remove(run);
        Run = null;
    }
}
