using Baton.Core.Costs;

namespace Baton.Core.Scheduling;

/// <summary>
/// How large the steps of a worker are, by what they cost there. Prompts are packed up to the batch at which prefill is
/// about as fast as it gets (DistServe, OSDI 2024, section 4.3): those behind it would keep the ones before them waiting
/// for nothing. Decode takes the largest batch that keeps to the target for each token. Unchanging.
/// </summary>
public sealed class StepSizing
{
    // Of the best rate; what is still to be gained is not worth a wait.
    private const double Saturated = 0.95;

    private readonly WorkerProfile _profile;
    private readonly long _kvTokens;
    private readonly int _stepTokens;
    private readonly int _block;
    private readonly double _targetMs;
    private readonly double _longestMs;

    /// <param name="profile">What steps cost, corrected by what was measured.</param>
    /// <param name="blockTokens">Positions of a block: fewer of a prompt are not worth a step.</param>
    /// <param name="kvTokens">Positions of the KV pool.</param>
    /// <param name="options">The scheduler's bounds and targets.</param>
    public StepSizing(WorkerProfile profile, int blockTokens, long kvTokens, SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(options);
        _profile = profile;
        _kvTokens = kvTokens;
        _stepTokens = options.StepTokenBudget;
        _block = Math.Min(blockTokens, _stepTokens);
        _targetMs = options.TokenTarget?.TotalMilliseconds ?? double.PositiveInfinity;
        _longestMs = options.LongestStep?.TotalMilliseconds ?? double.PositiveInfinity;
        PackTokens = Saturating();
    }

    /// <summary>The fewest prompt tokens at which prefill is about as fast as it gets, from a block up to a full step.</summary>
    public int PackTokens { get; }

    /// <summary>Whether the size of the decode batch depends on anything.</summary>
    public bool HasTarget => !double.IsPositiveInfinity(_targetMs);

    /// <summary>Prompt tokens that a step packs. Where more wait than it holds, all that counts is how soon they are through.</summary>
    /// <param name="waiting">Prompt tokens that wait.</param>
    public int Pack(long waiting) => waiting > _stepTokens ? _stepTokens : PackTokens;

    /// <summary>How many of the next tokens of a prompt a step takes; 0 where it has its fill.</summary>
    /// <param name="step">What it runs already, decodes first.</param>
    /// <param name="first">Position of the first of them.</param>
    /// <param name="most">How many there are and have room; at least 1.</param>
    /// <param name="pack">Prompt tokens that it packs: one longer prompt it may take, but nothing beside it.</param>
    public int Chunk(StepWork step, int first, int most, int pack)
    {
        int count = step.PrefillTokens == 0 ? most : (int)Math.Clamp(pack - step.PrefillTokens, 0, most);
        return step.Decodes == 0 || double.IsPositiveInfinity(_longestMs) ? count : Within(step, first, count);
    }

    /// <summary>Most sequences that decode together; <paramref name="most"/> where even one alone would miss the target.</summary>
    /// <param name="sequences">Those that do or will soon.</param>
    /// <param name="tokens">Positions that they attend to.</param>
    /// <param name="most">The bound without a target.</param>
    public int LargestBatch(int sequences, long tokens, int most)
    {
        if (!HasTarget || sequences == 0)
            return most;
        double context = (double)tokens / sequences;
        return DecodeMs(_profile, 1, context, _kvTokens) > _targetMs
            ? most
            : LargestBatch(_profile, context, _kvTokens, most, _targetMs);
    }

    /// <summary>At least 1, whether that keeps to the target or not.</summary>
    public static int LargestBatch(WorkerProfile profile, double context, long kvTokens, int most, double targetMs)
    {
        ArgumentNullException.ThrowIfNull(profile);
        // The step time may fall where other costs take over, so no bisection.
        for (int batch = most; batch > 1; batch--)
        {
            if (DecodeMs(profile, batch, context, kvTokens) <= targetMs)
                return batch;
        }

        return 1;
    }

    private static double DecodeMs(WorkerProfile profile, int batch, double context, long kvTokens) =>
        profile.StepMs(StepWork.Decode(batch, (long)(batch * context)), kvTokens);

    private int Saturating()
    {
        double best = 0;
        for (int tokens = 1; tokens <= _stepTokens; tokens++)
            best = Math.Max(best, Rate(tokens));

        // Steps that take no time say nothing.
        if (double.IsInfinity(best))
            return _stepTokens;
        int least = _block;
        while (Rate(least) < best * Saturated && least < _stepTokens)
            least++;
        return least;
    }

    // A prompt's attention costs it the same with others and alone, so it says nothing of how many to pack.
    private double Rate(int tokens) => tokens / _profile.PrefillMs(new StepWork(tokens, 0, 0, 0, tokens));

    // The first prompt of a step gets a block whatever that takes, so that prompts always advance.
    private int Within(StepWork step, int first, int most)
    {
        int fits = step.PrefillTokens == 0 ? Math.Min(_block, most) : 0;
        int tooMany = most + 1;
        while (tooMany - fits > 1)
        {
            int middle = fits + ((tooMany - fits) / 2);
            if (_profile.StepMs(step.With(first, middle), _kvTokens) <= _longestMs)
                fits = middle;
            else
                tooMany = middle;
        }

        return fits;
    }
}
