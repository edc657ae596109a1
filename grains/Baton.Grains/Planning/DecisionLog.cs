using Baton.Contracts.Planning;
using Baton.Core.Planning;

namespace Baton.Grains.Planning;

/// <summary>
/// The latest decisions, newest last. Those in a row that change nothing and are alike are one entry, or what happened
/// would be lost among them.
/// </summary>
internal sealed class DecisionLog(int kept)
{
    private readonly List<Decision> _decisions = [];

    public Decision[] All => [.. _decisions];

    public void Restore(IEnumerable<Decision> decisions)
    {
        _decisions.Clear();
        _decisions.AddRange(decisions);
    }

    public void Add(Decision decision)
    {
        if (_decisions is [.., { Changes: false } last] && !decision.Changes
            && last.Mode == decision.Mode && Counts(last) == Counts(decision))
        {
            _decisions[^1] = decision with { Repeated = last.Repeated + 1 };
            return;
        }

        _decisions.Add(decision);
        if (_decisions.Count > kept)
        {
            _decisions.RemoveAt(0);
        }
    }

    public static Decision Of(ScaleDecision decision, DateTimeOffset at, PlanMode mode, PhaseCounts? manual, string outcome) => new()
    {
        At = at,
        Mode = mode,
        Prefill = Of(decision.Prefill, manual?.Prefill),
        Decode = Of(decision.Decode, manual?.Decode),
        Rate = decision.Forecast.Rate,
        PromptTokens = decision.Forecast.PromptTokens,
        CachedShare = decision.Forecast.CachedShare,
        OutputTokens = decision.Forecast.OutputTokens,
        ForecastBy = decision.Forecast.By,
        Outcome = outcome,
    };

    private static PhaseDecision Of(PhaseDecision phase, int? manual) => manual is { } wanted
        ? phase with { Desired = wanted, Why = $"an operator wants {wanted}, the planner {phase.Desired}: {phase.Why}" }
        : phase;

    private static (int, int) Counts(Decision decision) => (decision.Prefill.Current, decision.Decode.Current);
}
