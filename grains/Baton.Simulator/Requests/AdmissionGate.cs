using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Requests;

/// <summary>Asks the real admission control, with what the gateways know of the workers.</summary>
internal sealed class AdmissionGate(Agenda agenda, ClusterView view, EngineShape shape, AdmissionOptions options)
{
    private readonly AdmissionControl _control = new(options);

    /// <summary>Why the request is refused; null when it is taken.</summary>
    public string? Arrive(SimulatedRequest request) => IsOff
        ? null
        : Reason(_control.Arrive(agenda.Now, Key(request), request.Arrival.PromptTokens, Workers()));

    public string? DecodeBegins(SimulatedRequest request) =>
        IsOff ? null : Reason(_control.DecodeBegins(agenda.Now, Key(request), Workers()));

    public void Ended(SimulatedRequest request)
    {
        if (!IsOff)
            _control.Ended(agenda.Now, Key(request));
    }

    /// <summary>The load of both phases as it is: what the swing is measured by.</summary>
    public (double Prefill, double Decode) Loads()
    {
        IReadOnlyList<AdmissionWorker> workers = Workers();
        return (AdmissionLoads.Prefill(workers, 0, _control.SquaresPerToken, options.Ttft), AdmissionLoads.DecodeNow(workers, 0, 0, options.Tpot));
    }

    // A look at a thousand workers for each of a million requests is time that nobody needs then.
    private bool IsOff => options.Mode == AdmissionMode.Off;

    private static SequenceKey Key(SimulatedRequest request) => request.Key with { Epoch = 0 };

    // By its kind: the refusal's own words have numbers in them.
    private string? Reason(AdmissionDecision decision) =>
        decision.IsAccepted ? null : decision.PrefillLoad > options.MostLoad ? "prefill overloaded" : "decode overloaded";

    private AdmissionWorker[] Workers() => [.. view.Views.Select(v => new AdmissionWorker(
        v.Worker.Phase == Phase.Prefill,
        v.Worker.Profile,
        shape.PoolTokens(v.Worker.Profile),
        v.Worker.Bounds.StepTokenBudget,
        v.Snapshot.Load,
        v.Snapshot.PendingTokens))];
}
