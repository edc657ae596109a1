using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>The likeliest token with the likeliest log-probabilities, in double.</summary>
internal static class GreedySampler
{
    public static SampledToken Sample(Span<float> logits, Sequence sequence)
    {
        var values = logits.ToArray();
        var max = values.Max();
        var logSum = max + Math.Log(values.Sum(v => Math.Exp(v - max)));
        var top = values.Select((v, i) => new TokenLogprob(i, (float)(v - logSum)))
            .OrderByDescending(t => t.Logprob).ThenBy(t => t.Token)
            .Take(sequence.Sampling.TopLogprobs ?? 1).ToArray();
        return new SampledToken(top[0].Token, top[0].Logprob, top);
    }
}
