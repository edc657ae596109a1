namespace Baton.Oracle;

/// <summary>From scores to probabilities.</summary>
public static class Probability
{
    public static void Softmax(Span<double> scores)
    {
        var log = LogSum(scores);
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = Math.Exp(scores[i] - log);
        }
    }

    public static double[] LogSoftmax(ReadOnlySpan<double> logits)
    {
        var log = LogSum(logits);
        var result = logits.ToArray();
        for (var i = 0; i < result.Length; i++)
        {
            result[i] -= log;
        }

        return result;
    }

    private static double LogSum(ReadOnlySpan<double> scores)
    {
        var most = double.NegativeInfinity;
        foreach (var score in scores)
        {
            most = Math.Max(most, score);
        }

        double sum = 0;
        foreach (var score in scores)
        {
            sum += Math.Exp(score - most);
        }

        return most + Math.Log(sum);
    }
}
