using Baton.Core.Sampling;

namespace Baton.Contracts.Surrogates;

// Core types know nothing of Orleans; these give them a wire form.

[GenerateSerializer, Immutable, Alias("baton.TokenLogprob")]
public struct TokenLogprobSurrogate
{
    [Id(0)] public int Token { get; set; }
    [Id(1)] public float Logprob { get; set; }
}

[RegisterConverter]
public sealed class TokenLogprobConverter : IConverter<TokenLogprob, TokenLogprobSurrogate>
{
    public TokenLogprob ConvertFromSurrogate(in TokenLogprobSurrogate surrogate) =>
        new(surrogate.Token, surrogate.Logprob);

    public TokenLogprobSurrogate ConvertToSurrogate(in TokenLogprob value) =>
        new() { Token = value.Token, Logprob = value.Logprob };
}

[GenerateSerializer, Immutable, Alias("baton.SampledToken")]
public struct SampledTokenSurrogate
{
    [Id(0)] public int Token { get; set; }
    [Id(1)] public float Logprob { get; set; }
    [Id(2)] public TokenLogprob[]? Top { get; set; }
}

[RegisterConverter]
public sealed class SampledTokenConverter : IConverter<SampledToken, SampledTokenSurrogate>
{
    public SampledToken ConvertFromSurrogate(in SampledTokenSurrogate surrogate) =>
        new(surrogate.Token, surrogate.Logprob, surrogate.Top);

    public SampledTokenSurrogate ConvertToSurrogate(in SampledToken value) =>
        new() { Token = value.Token, Logprob = value.Logprob, Top = value.Top };
}

[GenerateSerializer, Immutable, Alias("baton.SamplingOptions")]
public struct SamplingOptionsSurrogate
{
    [Id(0)] public float Temperature { get; set; }
    [Id(1)] public int TopK { get; set; }
    [Id(2)] public float TopP { get; set; }
    [Id(3)] public float MinP { get; set; }
    [Id(4)] public float RepetitionPenalty { get; set; }
    [Id(5)] public float FrequencyPenalty { get; set; }
    [Id(6)] public float PresencePenalty { get; set; }
    [Id(7)] public ulong Seed { get; set; }
    [Id(8)] public Dictionary<int, float>? LogitBias { get; set; }
    [Id(9)] public int? TopLogprobs { get; set; }
}

[RegisterConverter]
public sealed class SamplingOptionsConverter : IConverter<SamplingOptions, SamplingOptionsSurrogate>
{
    public SamplingOptions ConvertFromSurrogate(in SamplingOptionsSurrogate surrogate) => new()
    {
        Temperature = surrogate.Temperature,
        TopK = surrogate.TopK,
        TopP = surrogate.TopP,
        MinP = surrogate.MinP,
        RepetitionPenalty = surrogate.RepetitionPenalty,
        FrequencyPenalty = surrogate.FrequencyPenalty,
        PresencePenalty = surrogate.PresencePenalty,
        Seed = surrogate.Seed,
        LogitBias = surrogate.LogitBias,
        TopLogprobs = surrogate.TopLogprobs,
    };

    public SamplingOptionsSurrogate ConvertToSurrogate(in SamplingOptions value) => new()
    {
        Temperature = value.Temperature,
        TopK = value.TopK,
        TopP = value.TopP,
        MinP = value.MinP,
        RepetitionPenalty = value.RepetitionPenalty,
        FrequencyPenalty = value.FrequencyPenalty,
        PresencePenalty = value.PresencePenalty,
        Seed = value.Seed,
        LogitBias = value.LogitBias is null ? null : new Dictionary<int, float>(value.LogitBias),
        TopLogprobs = value.TopLogprobs,
    };
}
