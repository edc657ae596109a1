using Baton.Core.Sampling;

namespace Baton.Core.Tests.Sampling;

/// <summary>Temperature, min-p, top-k, top-p and the draw, as plainly as they can be written.</summary>
internal static class PlainSampler
{
    public static int Sample(float[] logits, SamplingOptions options, int index)
    {
        double[] scaled = [.. logits.Select(l => (double)l / options.Temperature)];
        double max = scaled.Max();
        bool[] kept = [.. scaled.Select(l => Math.Exp(l - max) >= options.MinP)];
        if (options.TopK > 0 && options.TopK < logits.Length)
        {
            double bar = Kept().OrderDescending().Take(options.TopK).Last();
            kept = [.. scaled.Select((l, i) => kept[i] && l >= bar)];
        }

        double total = Kept().Sum(l => Math.Exp(l - max));
        double cumulative = 0;
        int[] ascending = [.. Enumerable.Range(0, logits.Length).Where(i => kept[i]).OrderBy(i => scaled[i]).ThenByDescending(i => i)];
        foreach (int i in ascending[..^1])
        {
            cumulative += Math.Exp(scaled[i] - max) / total;
            if (cumulative <= 1 - (double)options.TopP)
                kept[i] = false;
        }

        double target = SeededChance.Uniform(options.Seed, index) * Kept().Sum(l => Math.Exp(l - max));
        double sum = 0;
        for (int i = 0; ; i++)
        {
            sum += kept[i] ? Math.Exp(scaled[i] - max) : 0;
            if (sum > target)
                return i;
        }

        IEnumerable<double> Kept() => scaled.Where((_, i) => kept[i]);
    }
}
