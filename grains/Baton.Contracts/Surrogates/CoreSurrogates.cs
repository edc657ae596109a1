using System.Runtime.InteropServices;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Contracts.Surrogates;

// Core types know nothing of Orleans; these give them a wire form.

[GenerateSerializer, Immutable, Alias("baton.SequenceKey")]
public struct SequenceKeySurrogate
{
    [Id(0)] public string RequestId { get; set; }
    [Id(1)] public int Choice { get; set; }
    [Id(2)] public int Epoch { get; set; }
}

[RegisterConverter]
public sealed class SequenceKeyConverter : IConverter<SequenceKey, SequenceKeySurrogate>
{
    public SequenceKey ConvertFromSurrogate(in SequenceKeySurrogate surrogate) =>
        new(surrogate.RequestId, surrogate.Choice, surrogate.Epoch);

    public SequenceKeySurrogate ConvertToSurrogate(in SequenceKey value) =>
        new() { RequestId = value.RequestId, Choice = value.Choice, Epoch = value.Epoch };
}

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

[GenerateSerializer, Immutable, Alias("baton.StopRules")]
public struct StopRulesSurrogate
{
    [Id(0)] public int MaxTokens { get; set; }
    [Id(1)] public int MinTokens { get; set; }
    [Id(2)] public int[] EndTokens { get; set; }
    [Id(3)] public int[] StopTokens { get; set; }
    [Id(4)] public bool IgnoreEnd { get; set; }
}

[RegisterConverter]
public sealed class StopRulesConverter : IConverter<StopRules, StopRulesSurrogate>
{
    public StopRules ConvertFromSurrogate(in StopRulesSurrogate surrogate) => new()
    {
        MaxTokens = surrogate.MaxTokens,
        MinTokens = surrogate.MinTokens,
        EndTokens = surrogate.EndTokens,
        StopTokens = surrogate.StopTokens,
        IgnoreEnd = surrogate.IgnoreEnd,
    };

    public StopRulesSurrogate ConvertToSurrogate(in StopRules value) => new()
    {
        MaxTokens = value.MaxTokens,
        MinTokens = value.MinTokens,
        EndTokens = value.EndTokens,
        StopTokens = value.StopTokens,
        IgnoreEnd = value.IgnoreEnd,
    };
}

[GenerateSerializer, Immutable, Alias("baton.SequenceRequest")]
public struct SequenceRequestSurrogate
{
    [Id(0)] public SequenceKey Key { get; set; }
    [Id(1)] public SequenceWork Work { get; set; }

    /// <summary>Token ids as bytes: the serializer copies only byte arrays in bulk.</summary>
    [Id(2)] public byte[] Tokens { get; set; }
    [Id(3)] public int PromptLength { get; set; }
    [Id(4)] public SamplingOptions Sampling { get; set; }
    [Id(5)] public StopRules Stop { get; set; }
    [Id(6)] public string CacheSalt { get; set; }
}

[RegisterConverter]
public sealed class SequenceRequestConverter : IConverter<SequenceRequest, SequenceRequestSurrogate>
{
    public SequenceRequest ConvertFromSurrogate(in SequenceRequestSurrogate surrogate) => new()
    {
        Key = surrogate.Key,
        Work = surrogate.Work,
        Tokens = MemoryMarshal.Cast<byte, int>(surrogate.Tokens).ToArray(),
        PromptLength = surrogate.PromptLength,
        Sampling = surrogate.Sampling,
        Stop = surrogate.Stop,
        CacheSalt = surrogate.CacheSalt,
    };

    public SequenceRequestSurrogate ConvertToSurrogate(in SequenceRequest value) => new()
    {
        Key = value.Key,
        Work = value.Work,
        Tokens = MemoryMarshal.AsBytes<int>(value.Tokens).ToArray(),
        PromptLength = value.PromptLength,
        Sampling = value.Sampling,
        Stop = value.Stop,
        CacheSalt = value.CacheSalt,
    };
}

[GenerateSerializer, Immutable, Alias("baton.TokenOutput")]
public struct TokenOutputSurrogate
{
    [Id(0)] public SequenceKey Key { get; set; }
    [Id(1)] public int Index { get; set; }
    [Id(2)] public SampledToken Sampled { get; set; }
    [Id(3)] public FinishReason? Finish { get; set; }
}

[RegisterConverter]
public sealed class TokenOutputConverter : IConverter<TokenOutput, TokenOutputSurrogate>
{
    public TokenOutput ConvertFromSurrogate(in TokenOutputSurrogate surrogate) =>
        new(surrogate.Key, surrogate.Index, surrogate.Sampled, surrogate.Finish);

    public TokenOutputSurrogate ConvertToSurrogate(in TokenOutput value) =>
        new() { Key = value.Key, Index = value.Index, Sampled = value.Sampled, Finish = value.Finish };
}

[GenerateSerializer, Immutable, Alias("baton.SequenceFailure")]
public struct SequenceFailureSurrogate
{
    [Id(0)] public SequenceKey Key { get; set; }
    [Id(1)] public string Reason { get; set; }
}

[RegisterConverter]
public sealed class SequenceFailureConverter : IConverter<SequenceFailure, SequenceFailureSurrogate>
{
    public SequenceFailure ConvertFromSurrogate(in SequenceFailureSurrogate surrogate) =>
        new(surrogate.Key, surrogate.Reason);

    public SequenceFailureSurrogate ConvertToSurrogate(in SequenceFailure value) =>
        new() { Key = value.Key, Reason = value.Reason };
}

[GenerateSerializer, Immutable, Alias("baton.EngineLoad")]
public struct EngineLoadSurrogate
{
    [Id(0)] public int Running { get; set; }
    [Id(1)] public int Waiting { get; set; }
    [Id(2)] public int PrefillTokens { get; set; }
    [Id(3)] public int ResidentTokens { get; set; }
    [Id(4)] public int Parked { get; set; }
    [Id(5)] public int Reserved { get; set; }
    [Id(6)] public int BlocksUsed { get; set; }
    [Id(7)] public int BlocksCached { get; set; }
    [Id(8)] public int BlocksTotal { get; set; }
    [Id(9)] public long Steps { get; set; }
    [Id(10)] public long TokensGenerated { get; set; }
    [Id(11)] public long Preemptions { get; set; }
    [Id(12)] public TimeSpan StepTime { get; set; }
    [Id(13)] public double PrefillTokensPerSecond { get; set; }
    [Id(14)] public int ReservationsWaiting { get; set; }
}

[RegisterConverter]
public sealed class EngineLoadConverter : IConverter<EngineLoad, EngineLoadSurrogate>
{
    public EngineLoad ConvertFromSurrogate(in EngineLoadSurrogate surrogate) => new()
    {
        Running = surrogate.Running,
        Waiting = surrogate.Waiting,
        PrefillTokens = surrogate.PrefillTokens,
        ResidentTokens = surrogate.ResidentTokens,
        Parked = surrogate.Parked,
        Reserved = surrogate.Reserved,
        BlocksUsed = surrogate.BlocksUsed,
        BlocksCached = surrogate.BlocksCached,
        BlocksTotal = surrogate.BlocksTotal,
        Steps = surrogate.Steps,
        TokensGenerated = surrogate.TokensGenerated,
        Preemptions = surrogate.Preemptions,
        StepTime = surrogate.StepTime,
        PrefillTokensPerSecond = surrogate.PrefillTokensPerSecond,
        ReservationsWaiting = surrogate.ReservationsWaiting,
    };

    public EngineLoadSurrogate ConvertToSurrogate(in EngineLoad value) => new()
    {
        Running = value.Running,
        Waiting = value.Waiting,
        PrefillTokens = value.PrefillTokens,
        ResidentTokens = value.ResidentTokens,
        Parked = value.Parked,
        Reserved = value.Reserved,
        BlocksUsed = value.BlocksUsed,
        BlocksCached = value.BlocksCached,
        BlocksTotal = value.BlocksTotal,
        Steps = value.Steps,
        TokensGenerated = value.TokensGenerated,
        Preemptions = value.Preemptions,
        StepTime = value.StepTime,
        PrefillTokensPerSecond = value.PrefillTokensPerSecond,
        ReservationsWaiting = value.ReservationsWaiting,
    };
}
