using Baton.Core.Costs;

namespace Baton.Contracts.Surrogates;

[GenerateSerializer, Immutable, Alias("baton.DecodeCost")]
public struct DecodeCostSurrogate
{
    [Id(0)] public int FromSequences { get; set; }
    [Id(1)] public double Constant { get; set; }
    [Id(2)] public double PerToken { get; set; }
    [Id(3)] public double PerSequence { get; set; }
}

[GenerateSerializer, Immutable, Alias("baton.WorkerProfile")]
public struct WorkerProfileSurrogate
{
    [Id(0)] public string Name { get; set; }
    [Id(1)] public string? Hardware { get; set; }
    [Id(2)] public double PrefillConstant { get; set; }
    [Id(3)] public double PrefillLinear { get; set; }
    [Id(4)] public double PrefillQuadratic { get; set; }
    [Id(5)] public double PrefillSquares { get; set; }
    [Id(6)] public double DecodeConstant { get; set; }
    [Id(7)] public double DecodePerToken { get; set; }
    [Id(8)] public double DecodePerSequence { get; set; }
    [Id(9)] public double DecodeLinear { get; set; }
    [Id(10)] public double DecodeQuadratic { get; set; }
    [Id(11)] public double DecodeFloor { get; set; }
    [Id(12)] public DecodeCostSurrogate? DecodeLarge { get; set; }
    [Id(13)] public int KvBytesPerToken { get; set; }
    [Id(14)] public int Layers { get; set; }
    [Id(15)] public long KvTokens { get; set; }
    [Id(16)] public int StepTokens { get; set; }
    [Id(17)] public int MaxSequences { get; set; }
    [Id(18)] public int Gpus { get; set; }
    [Id(19)] public double PricePerHour { get; set; }
    [Id(20)] public double StartSeconds { get; set; }
    [Id(21)] public double LinkGBPerSecond { get; set; }
    [Id(22)] public double ConvertSeconds { get; set; }
}

[RegisterConverter]
public sealed class WorkerProfileConverter : IConverter<WorkerProfile, WorkerProfileSurrogate>
{
    public WorkerProfile ConvertFromSurrogate(in WorkerProfileSurrogate surrogate) => new()
    {
        Name = surrogate.Name,
        Hardware = surrogate.Hardware,
        PrefillConstant = surrogate.PrefillConstant,
        PrefillLinear = surrogate.PrefillLinear,
        PrefillQuadratic = surrogate.PrefillQuadratic,
        PrefillSquares = surrogate.PrefillSquares,
        DecodeConstant = surrogate.DecodeConstant,
        DecodePerToken = surrogate.DecodePerToken,
        DecodePerSequence = surrogate.DecodePerSequence,
        DecodeLinear = surrogate.DecodeLinear,
        DecodeQuadratic = surrogate.DecodeQuadratic,
        DecodeFloor = surrogate.DecodeFloor,
        DecodeLarge = surrogate.DecodeLarge is { } large ? Large(large) : null,
        KvBytesPerToken = surrogate.KvBytesPerToken,
        Layers = surrogate.Layers,
        KvTokens = surrogate.KvTokens,
        StepTokens = surrogate.StepTokens,
        MaxSequences = surrogate.MaxSequences,
        Gpus = surrogate.Gpus,
        PricePerHour = surrogate.PricePerHour,
        StartSeconds = surrogate.StartSeconds,
        LinkGBPerSecond = surrogate.LinkGBPerSecond,
        ConvertSeconds = surrogate.ConvertSeconds,
    };

    public WorkerProfileSurrogate ConvertToSurrogate(in WorkerProfile value) => new()
    {
        Name = value.Name,
        Hardware = value.Hardware,
        PrefillConstant = value.PrefillConstant,
        PrefillLinear = value.PrefillLinear,
        PrefillQuadratic = value.PrefillQuadratic,
        PrefillSquares = value.PrefillSquares,
        DecodeConstant = value.DecodeConstant,
        DecodePerToken = value.DecodePerToken,
        DecodePerSequence = value.DecodePerSequence,
        DecodeLinear = value.DecodeLinear,
        DecodeQuadratic = value.DecodeQuadratic,
        DecodeFloor = value.DecodeFloor,
        DecodeLarge = value.DecodeLarge is { } large ? Large(large) : null,
        KvBytesPerToken = value.KvBytesPerToken,
        Layers = value.Layers,
        KvTokens = value.KvTokens,
        StepTokens = value.StepTokens,
        MaxSequences = value.MaxSequences,
        Gpus = value.Gpus,
        PricePerHour = value.PricePerHour,
        StartSeconds = value.StartSeconds,
        LinkGBPerSecond = value.LinkGBPerSecond,
        ConvertSeconds = value.ConvertSeconds,
    };

    private static DecodeCost Large(DecodeCostSurrogate surrogate) => new()
    {
        FromSequences = surrogate.FromSequences,
        Constant = surrogate.Constant,
        PerToken = surrogate.PerToken,
        PerSequence = surrogate.PerSequence,
    };

    private static DecodeCostSurrogate Large(DecodeCost value) => new()
    {
        FromSequences = value.FromSequences,
        Constant = value.Constant,
        PerToken = value.PerToken,
        PerSequence = value.PerSequence,
    };
}
