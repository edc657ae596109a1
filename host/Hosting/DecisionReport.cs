using System.Globalization;
using System.Text.Json.Nodes;
using Baton.Contracts.Planning;
using Baton.Core.Planning;

namespace Baton.Host.Hosting;

/// <summary>The planner's decisions as /cluster shows them, newest first.</summary>
internal static class DecisionReport
{
    public static JsonArray Of(PlanStatus? plan) =>
        new([.. (plan?.Decisions ?? []).Reverse().Select(Of)]);

    private static JsonObject Of(Decision decision) => new()
    {
        ["t"] = decision.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["mode"] = decision.Mode.ToString().ToLowerInvariant(),
        ["prefill"] = Of(decision.Prefill),
        ["decode"] = Of(decision.Decode),
        ["forecast"] = new JsonObject
        {
            ["rate"] = Math.Round(decision.Rate, 3),
            ["promptTokens"] = Math.Round(decision.PromptTokens, 1),
            ["cachedShare"] = Math.Round(decision.CachedShare, 3),
            ["outputTokens"] = Math.Round(decision.OutputTokens, 1),
            ["by"] = decision.ForecastBy,
        },
        ["outcome"] = decision.Outcome,
        ["repeated"] = decision.Repeated,
    };

    private static JsonObject Of(PhaseDecision phase) => new()
    {
        ["current"] = phase.Current,
        ["predicted"] = phase.Predicted,
        ["reaction"] = phase.Reaction,
        ["desired"] = phase.Desired,
        ["why"] = phase.Why,
    };
}
