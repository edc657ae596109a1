using Baton.Core.Costs;

namespace Baton.Contracts.Surrogates;

[GenerateSerializer, Immutable, Alias("baton.FittedProfile")]
public struct FittedProfileSurrogate
{
    [Id(0)] public WorkerProfile Profile { get; set; }
    [Id(1)] public int PrefillSteps { get; set; }
    [Id(2)] public double PrefillError { get; set; }
    [Id(3)] public int DecodeSteps { get; set; }
    [Id(4)] public double DecodeError { get; set; }
}

[RegisterConverter]
public sealed class FittedProfileConverter : IConverter<FittedProfile, FittedProfileSurrogate>
{
    public FittedProfile ConvertFromSurrogate(in FittedProfileSurrogate surrogate) => new(
        surrogate.Profile, surrogate.PrefillSteps, surrogate.PrefillError, surrogate.DecodeSteps, surrogate.DecodeError);

    public FittedProfileSurrogate ConvertToSurrogate(in FittedProfile value) => new()
    {
        Profile = value.Profile,
        PrefillSteps = value.PrefillSteps,
        PrefillError = value.PrefillError,
        DecodeSteps = value.DecodeSteps,
        DecodeError = value.DecodeError,
    };
}
