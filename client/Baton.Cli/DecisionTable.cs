using System.Globalization;
using System.Text.Json.Nodes;

namespace Baton.Cli;

/// <summary>The planner's decisions for people, newest first: what was decided, by which inputs, and what came of it.</summary>
internal static class DecisionTable
{
    public static string Of(JsonNode cluster)
    {
        var decisions = cluster["decisions"]?.AsArray() ?? [];
        return decisions.Count == 0
            ? "no decision yet"
            : string.Join("\n\n", decisions.OfType<JsonNode>().Select(Entry));
    }

    private static string Entry(JsonNode decision)
    {
        var forecast = decision["forecast"];
        var repeated = (int?)decision["repeated"] is > 0 and var times ? $", for the {times + 1}th time" : "";
        return $"{decision["t"]}  {decision["mode"]}{repeated}\n"
            + $"  prefill  {Change(decision["prefill"])}\n"
            + $"  decode   {Change(decision["decode"])}\n"
            + string.Create(
                CultureInfo.InvariantCulture,
                $"  expects  {forecast?["rate"]}/s, {forecast?["promptTokens"]} tokens in, {forecast?["outputTokens"]} out ({forecast?["by"]})\n")
            + $"  outcome  {decision["outcome"]}";
    }

    private static string Change(JsonNode? phase) => $"{phase?["current"]} -> {phase?["desired"]}  {phase?["why"]}";
}
