using Baton.Core.Costs;

namespace Baton.Simulator.Placement;

/// <summary>Clusters in which one phase takes time and the other none: what a worker of that phase is good for.</summary>
public static class PhaseAlone
{
    // Nothing waits for a link that is so fast, or for workers that take no time.
    private const double EndlessLink = 1e6;

    /// <summary>One prefill worker; decode takes nothing.</summary>
    public static SimulationOptions Prefill(WorkerProfile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        return Of(profile with { LinkGBPerSecond = EndlessLink }, WithoutDecode(profile));
    }

    /// <summary>One decode worker; prefill takes nothing.</summary>
    public static SimulationOptions Decode(WorkerProfile profile) => Of(WithoutPrefill(profile), profile);

    private static SimulationOptions Of(WorkerProfile prefill, WorkerProfile decode) => new()
    {
        Prefill = [new WorkerGroup(prefill, 1)],
        Decode = [new WorkerGroup(decode, 1)],
    };

    private static WorkerProfile WithoutPrefill(WorkerProfile profile) => profile with
    {
        PrefillConstant = 0,
        PrefillLinear = 0,
        PrefillQuadratic = 0,
        PrefillSquares = 0,
        LinkGBPerSecond = EndlessLink,
    };

    private static WorkerProfile WithoutDecode(WorkerProfile profile) => profile with
    {
        DecodeConstant = 0,
        DecodePerToken = 0,
        DecodePerSequence = 0,
        DecodeLinear = 0,
        DecodeQuadratic = 0,
        DecodeFloor = 0,
        DecodeLarge = null,
    };
}
