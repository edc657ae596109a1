using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Sampling;

/// <summary>Vectors worked out by hand.</summary>
public sealed class SamplerTests
{
    private static readonly float Minus = float.NegativeInfinity;

    [Fact]
    public void Greedy_Tie_LowestId() => Assert.Equal(1, Greedy([1, 3, 3, 2], new SamplingOptions()));

    [Fact]
    public void Greedy_LargeVocabulary_FindsTheOnlyPeak()
    {
        foreach (int peak in new[] { 0, 7, 8, 500, 1000, 1002 })
        {
            var logits = new float[1003];
            logits[peak] = 1;
            Assert.Equal(peak, Greedy(logits, new SamplingOptions()));
        }
    }

    [Fact]
    public void Greedy_IgnoresTheFilters() =>
        Assert.Equal(2, Greedy([0, 1, 2], new SamplingOptions { TopK = 1, TopP = 0.01f, MinP = 1 }));

    [Fact]
    public void Logprobs_AreThoseBeforeAnyChange()
    {
        float[] logits = [0, MathF.Log(2), MathF.Log(5)];
        SamplingOptions options = new()
        {
            Temperature = 0,
            LogitBias = new Dictionary<int, float> { [0] = 100 },
            TopLogprobs = 2,
        };
        SampledToken sampled = Sample(logits, options);
        Assert.Equal(0, sampled.Token);
        Assert.Equal(Math.Log(1 / 8.0), sampled.Logprob, 1e-5);
        Assert.Equal([2, 1], sampled.Top!.Select(t => t.Token));
        Assert.Equal(Math.Log(5 / 8.0), sampled.Top![0].Logprob, 1e-5);
        Assert.Equal(Math.Log(2 / 8.0), sampled.Top![1].Logprob, 1e-5);
    }

    [Fact]
    public void Logprobs_NotAsked_NaNAndNull()
    {
        SampledToken sampled = Sample([0, 1], SamplingOptions.Greedy);
        Assert.True(float.IsNaN(sampled.Logprob));
        Assert.Null(sampled.Top);
    }

    [Fact]
    public void Logprobs_NoneBeside_OnlyTheDrawn() =>
        Assert.Empty(Sample([0, 1], SamplingOptions.Greedy with { TopLogprobs = 0 }).Top!);

    [Fact]
    public void MinTokens_MasksEndAndStopUntilReached()
    {
        var stop = new StopRules { MaxTokens = 9, MinTokens = 2, EndTokens = [2], StopTokens = [1] };
        Assert.Equal(0, Sample([1, 2, 3], SamplingOptions.Greedy, [0], [0], stop).Token);
        Assert.Equal(2, Sample([1, 2, 3], SamplingOptions.Greedy, [0], [0, 0], stop).Token);
    }

    [Fact]
    public void LogitBias_OutsideTheVocabulary_Ignored() => Assert.Equal(
        1, Greedy([0, 1], new SamplingOptions { LogitBias = new Dictionary<int, float> { [2] = 9, [-1] = 9 } }));

    [Fact]
    public void Repetition_PositiveDividedNegativeMultiplied_OncePerToken()
    {
        SamplingOptions options = new() { RepetitionPenalty = 2 };

        // 4 -> 2 although it occurs three times, so it still beats 1.9 but not 2.1.
        Assert.Equal(0, Greedy([4, 1.9f], options, [0, 0], [0]));
        Assert.Equal(1, Greedy([4, 2.1f], options, [0, 0], [0]));

        // -1 -> -2.
        Assert.Equal(1, Greedy([-1, -1.9f], options, [0], []));
        Assert.Equal(0, Greedy([-1, -2.1f], options, [0], []));
    }

    [Fact]
    public void FrequencyAndPresence_OutputOnly()
    {
        Assert.Equal(0, Greedy([4, 3.5f], new SamplingOptions { FrequencyPenalty = 1 }, [0, 0, 0], []));
        Assert.Equal(0, Greedy([4, 1.9f], new SamplingOptions { FrequencyPenalty = 1 }, [0], [0, 0]));
        Assert.Equal(1, Greedy([4, 2.1f], new SamplingOptions { FrequencyPenalty = 1 }, [0], [0, 0]));
        Assert.Equal(0, Greedy([4, 2.9f], new SamplingOptions { PresencePenalty = 1 }, [1], [0, 0]));
        Assert.Equal(1, Greedy([4, 3.1f], new SamplingOptions { PresencePenalty = 1 }, [0], [0, 0]));
    }

    [Fact]
    public void Penalties_RepetitionBeforeFrequency() =>
        // 4 / 2 - 1 = 1 loses to 1.2; (4 - 1) / 2 = 1.5 would win.
        Assert.Equal(1, Greedy([4, 1.2f], new SamplingOptions { RepetitionPenalty = 2, FrequencyPenalty = 1 }, [0], [0]));

    [Fact]
    public void Penalties_NextSequence_StartsClean()
    {
        var sampler = new Sampler(2);
        var options = new SamplingOptions { Temperature = 0, FrequencyPenalty = 1 };
        Assert.Equal(1, sampler.Sample([4, 3], Of(options, [0], [0, 0])).Token);
        Assert.Equal(0, sampler.Sample([4, 3], Of(options, [0], [1])).Token);
    }

    [Fact]
    public void MinP_DropsBelowTheShareOfTheLargest() =>
        Assert.Equal([0, 1], Support([0.5f, 0.3f, 0.2f], new SamplingOptions { MinP = 0.5f }));

    // Squared (temperature 1/2): 0.25, 0.09, 0.04; the second is 0.36 of the first.
    [Fact]
    public void MinP_AfterTemperature() =>
        Assert.Equal([0], Support([0.5f, 0.3f, 0.2f], new SamplingOptions { MinP = 0.5f, Temperature = 0.5f }));

    [Fact]
    public void TopK_KeepsTiesWithTheLast() =>
        Assert.Equal([0, 1, 3], Support([0.4f, 0.2f, 0.1f, 0.2f, 0.1f], new SamplingOptions { TopK = 2 }));

    [Fact]
    public void TopP_KeepsUntilTheShareIsReached()
    {
        Assert.Equal([1], Support([0.3f, 0.5f, 0.2f], new SamplingOptions { TopP = 0.49f }));
        Assert.Equal([0, 1], Support([0.3f, 0.5f, 0.2f], new SamplingOptions { TopP = 0.51f }));
        Assert.Equal([0, 1, 2], Support([0.3f, 0.5f, 0.2f], new SamplingOptions { TopP = 0.81f }));
        Assert.Equal([1], Support([0.3f, 0.5f, 0.2f], new SamplingOptions { TopP = 0 }));
    }

    // Of the two that top-k leaves the first has 0.5 / 0.8 = 0.625; of all it would have 0.5.
    [Fact]
    public void TopP_OverWhatTopKLeaves() =>
        Assert.Equal([0], Support([0.5f, 0.3f, 0.2f], new SamplingOptions { TopK = 2, TopP = 0.6f }));

    [Fact]
    public void Sample_EverythingMasked_None()
    {
        Assert.True(Sample([Minus, Minus], new SamplingOptions()).IsNone);
        Assert.True(Sample([Minus, Minus], SamplingOptions.Greedy).IsNone);
        var stop = new StopRules { MaxTokens = 9, MinTokens = 2, EndTokens = [0, 1] };
        Assert.True(Sample([1, 2], new SamplingOptions { TopLogprobs = 2 }, stop: stop).IsNone);
    }

    private static int Greedy(float[] logits, SamplingOptions options, int[]? prompt = null, int[]? output = null) =>
        Sample(logits, options with { Temperature = 0 }, prompt, output).Token;

    private static int[] Support(float[] probabilities, SamplingOptions options)
    {
        float[] logits = [.. probabilities.Select(p => MathF.Log(p))];
        return
        [
            .. Enumerable.Range(0, 500)
                .Select(seed => Sample(logits, options with { Seed = (ulong)seed }).Token)
                .Distinct()
                .Order(),
        ];
    }

    private static SampledToken Sample(
        float[] logits, SamplingOptions options, int[]? prompt = null, int[]? output = null, StopRules? stop = null) =>
        new Sampler(logits.Length).Sample([.. logits], Of(options, prompt ?? [0], output ?? [], stop));

    internal static Sequence Of(SamplingOptions options, int[] prompt, int[] output, StopRules? stop = null) =>
        new(new SequenceRequest
        {
            Key = new SequenceKey("s", 0, 0),
            Work = SequenceWork.Whole,
            Tokens = [.. prompt, .. output],
            PromptLength = prompt.Length,
            Sampling = options,
            Stop = stop ?? new StopRules { MaxTokens = 100 },
        });
}
