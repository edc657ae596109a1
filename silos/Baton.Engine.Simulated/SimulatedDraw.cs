using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Simulated;

/// <summary>Draws tokens from a fold of the KV: a pure function of the fold, the seeds and the request.</summary>
internal sealed class SimulatedDraw(SimulationOptions options, int vocabularySize)
{
    private const ulong LengthDomain = 1;
    private const float DrawnLogprob = -0.6931472f;

    private readonly int _choices = vocabularySize - options.FirstToken;

    public SampledToken Next(Sequence sequence, ulong fold)
    {
        SamplingOptions sampling = sequence.Sampling;

        // As with a model, the seed matters only where chance does.
        ulong hash = SlotHash.Mix(fold, options.Seed);
        if (sampling.Temperature >= Sampler.GreedyBelow)
            hash = SlotHash.Mix(SlotHash.Mix(hash, sampling.Seed), (ulong)sequence.Generated);
        int token = EndsHere(sequence) ? sequence.Stop.EndTokens[0] : Plain(sequence, hash);
        if (sampling.TopLogprobs is not { } top)
            return new SampledToken(token, float.NaN, null);
        return new SampledToken(token, DrawnLogprob, Top(token, Math.Min(top, vocabularySize)));
    }

    /// <summary>A token that ends nothing.</summary>
    private int Plain(Sequence sequence, ulong hash)
    {
        int drawn = SlotHash.Below(hash, _choices);
        for (int tried = 0; tried < _choices; tried++)
        {
            int token = options.FirstToken + (drawn + tried) % _choices;
            if (Array.IndexOf(sequence.Stop.EndTokens, token) < 0
                && Array.IndexOf(sequence.Stop.StopTokens, token) < 0)
                return token;
        }

        return options.FirstToken + drawn;
    }

    private bool EndsHere(Sequence sequence)
    {
        if (options.MeanOutputTokens is not { } mean
            || sequence.Stop.IgnoreEnd
            || sequence.Stop.EndTokens.Length == 0
            || sequence.Generated < sequence.Stop.MinTokens)
            return false;
        ulong hash = SlotHash.Mix(SlotHash.Mix(options.Seed, sequence.Sampling.Seed), LengthDomain);
        double length = 1 - (mean - 1) * Math.Log(1 - SlotHash.Unit(hash));
        return sequence.Generated + 1 >= length;
    }

    // The drawn token has one half, the next ids the half of what is left in turn.
    private static TokenLogprob[] Top(int token, int count)
    {
        var top = new TokenLogprob[count];
        for (int i = 0; i < count; i++)
            top[i] = new TokenLogprob(i == 0 ? token : i <= token ? i - 1 : i, DrawnLogprob * (i + 1));
        return top;
    }
}
