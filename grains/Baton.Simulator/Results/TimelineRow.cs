namespace Baton.Simulator.Results;

/// <summary>One interval of a simulation; requests count where they came.</summary>
public sealed record TimelineRow
{
    /// <summary>Its begin, in seconds.</summary>
    public required double At { get; init; }

    public required int Arrivals { get; init; }

    /// <summary>Prompt tokens a second that came.</summary>
    public required double PromptTokensPerSecond { get; init; }

    /// <summary>Output tokens a second of those that came.</summary>
    public required double OutputTokensPerSecond { get; init; }

    public required int Rejected { get; init; }

    public required int Failed { get; init; }

    /// <summary>90th percentile of the time to the first token, in milliseconds.</summary>
    public required double TtftP90 { get; init; }

    /// <summary>90th percentile of the mean time of a token, in milliseconds.</summary>
    public required double TpotP90 { get; init; }

    public required double Attainment { get; init; }

    /// <summary>Prefill workers that start or are ready, at the end.</summary>
    public required int Prefill { get; init; }

    /// <summary>Decode workers that start or are ready, at the end.</summary>
    public required int Decode { get; init; }

    /// <summary>Share of the prefill workers' time that was spent in steps.</summary>
    public required double PrefillBusy { get; init; }

    public required double DecodeBusy { get; init; }

    /// <summary>Prompt tokens that wait for prefill, at the end.</summary>
    public required long PrefillQueue { get; init; }

    /// <summary>Share of the decode workers' KV blocks that is held, at the end.</summary>
    public required double KvUsed { get; init; }
}
