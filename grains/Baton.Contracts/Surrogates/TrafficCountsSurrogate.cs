using Baton.Core.Planning;

namespace Baton.Contracts.Surrogates;

[GenerateSerializer, Immutable, Alias("baton.TrafficCounts")]
public struct TrafficCountsSurrogate
{
    [Id(0)] public long Sequences { get; set; }
    [Id(1)] public double PromptTokens { get; set; }
    [Id(2)] public double PromptSquares { get; set; }
    [Id(3)] public double CachedTokens { get; set; }
    [Id(4)] public long Ended { get; set; }
    [Id(5)] public double OutputTokens { get; set; }
    [Id(6)] public double AskedTokens { get; set; }
    [Id(7)] public double EndedAskedTokens { get; set; }
}

[RegisterConverter]
public sealed class TrafficCountsConverter : IConverter<TrafficCounts, TrafficCountsSurrogate>
{
    public TrafficCounts ConvertFromSurrogate(in TrafficCountsSurrogate surrogate) => new()
    {
        Sequences = surrogate.Sequences,
        PromptTokens = surrogate.PromptTokens,
        PromptSquares = surrogate.PromptSquares,
        CachedTokens = surrogate.CachedTokens,
        Ended = surrogate.Ended,
        OutputTokens = surrogate.OutputTokens,
        AskedTokens = surrogate.AskedTokens,
        EndedAskedTokens = surrogate.EndedAskedTokens,
    };

    public TrafficCountsSurrogate ConvertToSurrogate(in TrafficCounts value) => new()
    {
        Sequences = value.Sequences,
        PromptTokens = value.PromptTokens,
        PromptSquares = value.PromptSquares,
        CachedTokens = value.CachedTokens,
        Ended = value.Ended,
        OutputTokens = value.OutputTokens,
        AskedTokens = value.AskedTokens,
        EndedAskedTokens = value.EndedAskedTokens,
    };
}
