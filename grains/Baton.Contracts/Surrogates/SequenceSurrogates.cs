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

[GenerateSerializer, Immutable, Alias("baton.LayerRange")]
public struct LayerRangeSurrogate
{
    [Id(0)] public int First { get; set; }
    [Id(1)] public int Count { get; set; }
}

[RegisterConverter]
public sealed class LayerRangeConverter : IConverter<LayerRange, LayerRangeSurrogate>
{
    public LayerRange ConvertFromSurrogate(in LayerRangeSurrogate surrogate) => new(surrogate.First, surrogate.Count);

    public LayerRangeSurrogate ConvertToSurrogate(in LayerRange value) => new() { First = value.First, Count = value.Count };
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
    [Id(4)] public int Cached { get; set; }
}

[RegisterConverter]
public sealed class TokenOutputConverter : IConverter<TokenOutput, TokenOutputSurrogate>
{
    public TokenOutput ConvertFromSurrogate(in TokenOutputSurrogate surrogate) =>
        new(surrogate.Key, surrogate.Index, surrogate.Sampled, surrogate.Finish) { Cached = surrogate.Cached };

    public TokenOutputSurrogate ConvertToSurrogate(in TokenOutput value) =>
        new() { Key = value.Key, Index = value.Index, Sampled = value.Sampled, Finish = value.Finish, Cached = value.Cached };
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
