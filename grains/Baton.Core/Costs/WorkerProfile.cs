using Baton.Core.Scheduling;

namespace Baton.Core.Costs;

/// <summary>
/// What a worker's steps cost, what it holds and what it costs to have: shared by planner, router, simulator and the
/// simulated engine. Times are in milliseconds, all coefficients 0 unless given.
/// </summary>
/// <remarks>
/// The prefill part of a step with t prompt tokens that attend to s squares (<see cref="StepWork"/>) takes
/// constant + linear t + quadratic t² + squares s, and nothing for t = 0. Its decode part with n sequences that attend to
/// k positions, and a share u of the KV positions in use, takes constant + perToken k + perSequence n + linear u +
/// quadratic u², at least the floor. The terms in u are those of NVIDIA Dynamo's mocker; the others DistServe's (OSDI 2024).
/// </remarks>
public sealed record WorkerProfile
{
    public required string Name { get; init; }

    /// <summary>What it was measured on, for people.</summary>
    public string? Hardware { get; init; }

    public double PrefillConstant { get; init; }

    public double PrefillLinear { get; init; }

    public double PrefillQuadratic { get; init; }

    public double PrefillSquares { get; init; }

    public double DecodeConstant { get; init; }

    public double DecodePerToken { get; init; }

    public double DecodePerSequence { get; init; }

    public double DecodeLinear { get; init; }

    public double DecodeQuadratic { get; init; }

    public double DecodeFloor { get; init; }

    /// <summary>Other decode costs for large batches; null where one set holds for all.</summary>
    public DecodeCost? DecodeLarge { get; init; }

    /// <summary>
    /// Bytes of one position's KV, all layers: a multiple of 8 times the layers. Unless it is given, what the built-in
    /// model's weighs, so that simulated handoffs weigh as much as real ones.
    /// </summary>
    public int KvBytesPerToken { get; init; } = 4608;

    /// <summary>Layers that a step goes through.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Positions that its KV pool holds; 0 leaves it to whoever makes the pool.</summary>
    public long KvTokens { get; init; }

    /// <summary>Most tokens of a step; 0 leaves it to the scheduler.</summary>
    public int StepTokens { get; init; }

    /// <summary>Most sequences of a batch; 0 leaves it to the scheduler.</summary>
    public int MaxSequences { get; init; }

    /// <summary>GPUs of one worker; a CPU worker counts as one.</summary>
    public int Gpus { get; init; } = 1;

    /// <summary>What one hour of the worker costs, all its GPUs; 1 where only ratios matter.</summary>
    public double PricePerHour { get; init; } = 1;

    /// <summary>Seconds from the order of a worker until it takes requests.</summary>
    public double StartSeconds { get; init; } = 5;

    /// <summary>
    /// Seconds from the moment that a worker is empty until it takes requests in the other phase, with the weights that it
    /// has. One that starts as soon is never converted.
    /// </summary>
    public double ConvertSeconds { get; init; } = 2;

    /// <summary>What its link for KV carries, in 10^9 bytes a second.</summary>
    public double LinkGBPerSecond { get; init; } = 10;

    /// <summary>The time of a step.</summary>
    /// <param name="work">What it runs.</param>
    /// <param name="kvTokens">Positions of the KV pool.</param>
    public double StepMs(StepWork work, long kvTokens) =>
        PrefillMs(work) + DecodeMs(work, kvTokens > 0 ? Math.Min(1, (double)work.Positions / kvTokens) : 0);

    /// <summary>The prefill part of a step.</summary>
    public double PrefillMs(StepWork work)
    {
        double tokens = work.PrefillTokens;
        return work.PrefillTokens == 0
            ? 0
            : PrefillConstant + (PrefillLinear * tokens) + (PrefillQuadratic * tokens * tokens)
                + (PrefillSquares * work.PrefillSquares);
    }

    /// <summary>The decode part of a step.</summary>
    /// <param name="work">What it runs.</param>
    /// <param name="occupancy">Share of the KV positions that are in use, 0 to 1.</param>
    public double DecodeMs(StepWork work, double occupancy)
    {
        if (work.Decodes == 0)
            return 0;
        (double constant, double perToken, double perSequence) =
            DecodeLarge is { } large && work.Decodes >= large.FromSequences
                ? (large.Constant, large.PerToken, large.PerSequence)
                : (DecodeConstant, DecodePerToken, DecodePerSequence);
        double ms = constant + (perToken * work.DecodeTokens) + (perSequence * work.Decodes)
            + (DecodeLinear * occupancy) + (DecodeQuadratic * occupancy * occupancy);
        return Math.Max(DecodeFloor, ms);
    }

    /// <summary>The same worker at other speeds: factors on the time of prefill and of decode.</summary>
    public WorkerProfile Scaled(double prefill, double decode) => this with
    {
        PrefillConstant = PrefillConstant * prefill,
        PrefillLinear = PrefillLinear * prefill,
        PrefillQuadratic = PrefillQuadratic * prefill,
        PrefillSquares = PrefillSquares * prefill,
        DecodeConstant = DecodeConstant * decode,
        DecodePerToken = DecodePerToken * decode,
        DecodePerSequence = DecodePerSequence * decode,
        DecodeLinear = DecodeLinear * decode,
        DecodeQuadratic = DecodeQuadratic * decode,
        DecodeFloor = DecodeFloor * decode,
        DecodeLarge = DecodeLarge is { } large
            ? large with
            {
                Constant = large.Constant * decode,
                PerToken = large.PerToken * decode,
                PerSequence = large.PerSequence * decode,
            }
            : null,
    };

    /// <summary>A scheduler's bounds, with what the profile says of them.</summary>
    public SchedulerOptions Bound(SchedulerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int sequences = MaxSequences > 0 ? MaxSequences : options.MaxSequences;
        int tokens = StepTokens > 0 ? StepTokens : options.StepTokenBudget;
        return options with { MaxSequences = Math.Min(sequences, tokens), StepTokenBudget = tokens };
    }

    /// <summary>Milliseconds that the KV of so many positions takes over the link.</summary>
    public double TransferMs(long tokens) => tokens * (double)KvBytesPerToken / (LinkGBPerSecond * 1e6);
}
