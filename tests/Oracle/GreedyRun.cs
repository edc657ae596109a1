namespace Baton.Oracle;

/// <summary>A greedy continuation and how safe each choice was.</summary>
public sealed record GreedyRun(IReadOnlyList<int> Output, bool Ended, double MinMargin, int? FirstNearTie)
{
    /// <summary>Gaps below this may go either way in a correct float32 implementation.</summary>
    public const double NearTie = 0.001;

    public static GreedyRun Make(OracleModel model, IReadOnlyList<int> prompt, int most, IReadOnlySet<int> ends)
    {
        var output = new List<int>();
        var margin = double.PositiveInfinity;
        int? nearTie = null;
        var logits = model.Prompt(prompt);
        while (true)
        {
            var (best, gap) = Best(logits);
            margin = Math.Min(margin, gap);
            nearTie ??= gap < NearTie ? output.Count : null;
            output.Add(best);
            if (ends.Contains(best) || output.Count == most)
            {
                return new GreedyRun(output, ends.Contains(best), margin, nearTie);
            }

            logits = model.Step(best);
        }
    }

    private static (int Best, double Gap) Best(double[] logits)
    {
        var best = 0;
        var second = double.NegativeInfinity;
        for (var i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
            {
                second = logits[best];
                best = i;
            }
            else
            {
                second = Math.Max(second, logits[i]);
            }
        }

        return (best, logits[best] - second);
    }
}
