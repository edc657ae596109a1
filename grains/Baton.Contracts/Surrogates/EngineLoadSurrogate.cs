using Baton.Core.Engine;

namespace Baton.Contracts.Surrogates;

// Core types know nothing of Orleans; these give them a wire form.

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
    [Id(15)] public long CachedTokens { get; set; }
    [Id(16)] public int ReservedTokens { get; set; }
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
        CachedTokens = surrogate.CachedTokens,
        ReservedTokens = surrogate.ReservedTokens,
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
        CachedTokens = value.CachedTokens,
        ReservedTokens = value.ReservedTokens,
    };
}
