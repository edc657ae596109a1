using Baton.Core.Sampling;

namespace Baton.Core.Tests.Sampling;

/// <summary>What holds over many draws; by seed, so never by luck.</summary>
public sealed class SamplerChanceTests
{
    private const int Draws = 20_000;

    [Fact]
    public void Sample_ManySeeds_FollowTheProbabilities()
    {
        float[] probabilities = [0.5f, 0.25f, 0.15f, 0.1f];
        int[] counts = new int[4];
        var sampler = new Sampler(4);
        for (int seed = 0; seed < Draws; seed++)
            counts[Draw(sampler, Logs(probabilities), (ulong)seed, 0)]++;

        // Chi-squared with 3 degrees of freedom: 16.3 is passed by chance once in a thousand.
        double chi = counts.Zip(probabilities, (n, p) => Math.Pow(n - Draws * p, 2) / (Draws * p)).Sum();
        Assert.True(chi < 16.3, $"{chi}");
    }

    [Fact]
    public void Sample_ManyIndicesOfOneSeed_FollowTheProbabilities()
    {
        int[] counts = new int[2];
        var sampler = new Sampler(2);
        for (int index = 0; index < 2000; index++)
            counts[Draw(sampler, Logs([0.7f, 0.3f]), 42, index)]++;
        Assert.InRange(counts[1], 520, 680);
    }

    [Fact]
    public void Sample_NoiseInTheLogits_HardlyEverAnotherToken()
    {
        var random = new Random(1);
        var sampler = new Sampler(1000);
        int changed = 0;
        for (int i = 0; i < 2000; i++)
        {
            float[] logits = [.. Enumerable.Range(0, 1000).Select(_ => (float)(random.NextDouble() * 8))];
            float[] noisy = [.. logits.Select(l => l + (float)(random.NextDouble() - 0.5) * 2e-5f)];
            changed += Draw(sampler, logits, (ulong)i, i) == Draw(sampler, noisy, (ulong)i, i) ? 0 : 1;
        }

        Assert.InRange(changed, 0, 20);
    }

    [Fact]
    public void Uniform_KnownSeeds_KnownNumbers()
    {
        double[] numbers = [.. Enumerable.Range(0, 10_000).Select(i => SeededChance.Uniform(7, i))];
        Assert.All(numbers, n => Assert.InRange(n, 0, 1 - 1e-16));
        Assert.InRange(numbers.Average(), 0.49, 0.51);
        Assert.Equal(numbers.Length, numbers.Distinct().Count());
        Assert.NotEqual(SeededChance.ForChoice(7, 1), SeededChance.ForChoice(7, 2));
        Assert.Equal(7UL, SeededChance.ForChoice(7, 0));
    }

    /// <summary>
    /// Against the filters written down plainly, in doubles, over whole sorted vocabularies. A draw on the very border
    /// of two tokens may differ by the rounding of floats.
    /// </summary>
    [Theory]
    [InlineData(300, 1500)]
    [InlineData(3001, 300)]
    public void Sample_AnyFilters_AsThePlainOnes(int vocabulary, int cases)
    {
        var sampler = new Sampler(vocabulary);
        int differ = 0;
        for (int seed = 0; seed < cases; seed++)
        {
            // In every third case logits of few values: many are equal, also at the borders of the filters.
            var random = new Random(seed);
            double step = seed % 3 == 0 ? 0.5 : 1e-6;
            float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(Math.Round(random.NextDouble() * 9 / step) * step))];
            SamplingOptions options = new()
            {
                TopK = random.Next(vocabulary + 20),
                TopP = (float)random.NextDouble(),
                MinP = (float)random.NextDouble() / 2,
                Temperature = 0.2f + (float)random.NextDouble() * 3,
                Seed = (ulong)seed,
            };
            int expected = PlainSampler.Sample(logits, options, 0);
            differ += sampler.Sample([.. logits], SamplerTests.Of(options, [0], [])).Token == expected ? 0 : 1;
        }

        Assert.InRange(differ, 0, 2);
    }

    /// <summary>Wherever in the vocabulary it is, and however a token is drawn: one number that is none is enough.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(700)]
    public void Sample_LogitsThatAreNoNumbers_None(int vocabulary)
    {
        SamplingOptions[] draws =
            [SamplingOptions.Greedy, new(), new() { TopK = 5 }, new() { TopP = 0.5f }, new() { MinP = 0.1f, TopLogprobs = 3 }];
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)random.NextDouble())];
            SamplingOptions options = draws[seed % draws.Length];
            var sampler = new Sampler(vocabulary);
            Assert.InRange(sampler.Sample([.. logits], SamplerTests.Of(options, [0], [])).Token, 0, vocabulary - 1);
            logits[random.Next(vocabulary)] = random.Next(2) == 0 ? float.NaN : float.PositiveInfinity;
            Assert.True(sampler.Sample(logits, SamplerTests.Of(options, [0], [])).IsNone, $"seed {seed}");
        }
    }

    private static float[] Logs(float[] probabilities) => [.. probabilities.Select(p => MathF.Log(p))];

    private static int Draw(Sampler sampler, float[] logits, ulong seed, int index) =>
        sampler.Sample([.. logits], SamplerTests.Of(new SamplingOptions { Seed = seed }, [0], new int[index])).Token;
}
