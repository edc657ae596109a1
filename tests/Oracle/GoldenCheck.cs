namespace Baton.Oracle;

/// <summary>How well the oracle agrees with a golden file that something else made.</summary>
public sealed record GoldenCheck(int GreedyEqual, int GreedyTotal, double WorstLogprobError)
{
    public static GoldenCheck Run(OracleModel model, GoldenFile golden)
    {
        var ends = golden.EosIds.ToHashSet();
        var equal = golden.Greedy.Count(g =>
            GreedyRun.Make(model, g.PromptIds, golden.MaxNewTokens, ends).Output.SequenceEqual(g.OutputIds));
        return new GoldenCheck(equal, golden.Greedy.Count, golden.TopLogprobs.Max(l => WorstError(model, l)));
    }

    private static double WorstError(OracleModel model, GoldenLogprobs expected)
    {
        var actual = Probability.LogSoftmax(model.Prompt(expected.ContextIds));
        return expected.Top.Max(t => Math.Abs(actual[t.Id] - t.LogProbability));
    }
}
