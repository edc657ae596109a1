using Baton.Core.Engine;
using Baton.Core.Scheduling;

namespace Baton.Core.Sampling;

/// <summary>Changes to single logits: the mask of early ends, the bias, then the three penalties.</summary>
internal sealed class LogitPenalties(int vocabularySize)
{
    // How often the output holds a token, plus 1 if the sequence holds it at all: 0 is unseen.
    private readonly int[] _counts = new int[vocabularySize];

    public void Apply(Span<float> logits, Sequence sequence)
    {
        SamplingOptions options = sequence.Sampling;
        MaskEarlyEnds(logits, sequence);
        if (options.LogitBias is { Count: > 0 } bias)
            AddBias(logits, bias);
        if (options.RepetitionPenalty == 1 && options.FrequencyPenalty == 0 && options.PresencePenalty == 0)
            return;
        Count(sequence);
        foreach (int token in sequence.Tokens)
            Penalize(logits, token, options);
    }

    private static void MaskEarlyEnds(Span<float> logits, Sequence sequence)
    {
        StopRules stop = sequence.Stop;
        if (sequence.Generated >= stop.MinTokens)
            return;
        foreach (int token in stop.EndTokens)
            Mask(logits, token);
        foreach (int token in stop.StopTokens)
            Mask(logits, token);
    }

    private static void Mask(Span<float> logits, int token)
    {
        if ((uint)token < (uint)logits.Length)
            logits[token] = float.NegativeInfinity;
    }

    private static void AddBias(Span<float> logits, Dictionary<int, float> bias)
    {
        foreach ((int token, float value) in bias)
        {
            if ((uint)token < (uint)logits.Length)
                logits[token] += value;
        }
    }

    private void Count(Sequence sequence)
    {
        foreach (int token in sequence.Tokens)
            _counts[token] = 1;
        foreach (int token in sequence.Tokens[sequence.PromptLength..])
            _counts[token]++;
    }

    // Clears the count, so each token is penalised once and the scratch is clean for the next sequence.
    private void Penalize(Span<float> logits, int token, SamplingOptions options)
    {
        int count = _counts[token] - 1;
        if (count < 0)
            return;
        _counts[token] = 0;
        ref float logit = ref logits[token];
        logit = logit > 0 ? logit / options.RepetitionPenalty : logit * options.RepetitionPenalty;
        logit -= count * options.FrequencyPenalty;
        if (count > 0)
            logit -= options.PresencePenalty;
    }
}
