namespace Baton.Core.Planning;

/// <summary>A number of workers for each phase.</summary>
public readonly record struct PhaseCounts(int Prefill, int Decode)
{
    public int this[Phase phase] => phase == Phase.Prefill ? Prefill : Decode;

    public PhaseCounts With(Phase phase, int count) =>
        phase == Phase.Prefill ? this with { Prefill = count } : this with { Decode = count };

    public override string ToString() => $"prefill={Prefill},decode={Decode}";
}
