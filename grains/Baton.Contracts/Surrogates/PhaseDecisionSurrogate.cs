using Baton.Core.Planning;

namespace Baton.Contracts.Surrogates;

[GenerateSerializer, Immutable, Alias("baton.PhaseDecision")]
public struct PhaseDecisionSurrogate
{
    [Id(0)] public int Current { get; set; }
    [Id(1)] public int Predicted { get; set; }
    [Id(2)] public int Reaction { get; set; }
    [Id(3)] public int Desired { get; set; }
    [Id(4)] public string Why { get; set; }
}

[RegisterConverter]
public sealed class PhaseDecisionConverter : IConverter<PhaseDecision, PhaseDecisionSurrogate>
{
    public PhaseDecision ConvertFromSurrogate(in PhaseDecisionSurrogate surrogate) => new(
        surrogate.Current, surrogate.Predicted, surrogate.Reaction, surrogate.Desired, surrogate.Why);

    public PhaseDecisionSurrogate ConvertToSurrogate(in PhaseDecision value) => new()
    {
        Current = value.Current,
        Predicted = value.Predicted,
        Reaction = value.Reaction,
        Desired = value.Desired,
        Why = value.Why,
    };
}
