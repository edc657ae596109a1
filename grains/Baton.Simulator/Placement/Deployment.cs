using Baton.Core.Costs;

namespace Baton.Simulator.Placement;

/// <summary>A way to use GPUs, and what it is good for.</summary>
/// <param name="Shape">How the phases are put onto workers.</param>
/// <param name="Prefill">Prefill workers; null where the others prefill themselves.</param>
/// <param name="Decode">Decode workers, or those of both phases.</param>
/// <param name="Goodput">Requests a second that meet the goal.</param>
/// <param name="OutputTokens">Mean length of an output.</param>
public sealed record Deployment(
    ServingShape Shape, WorkerGroup? Prefill, WorkerGroup Decode, double Goodput, double OutputTokens)
{
    public int Gpus => Of(Prefill, p => p.Gpus) + Of(Decode, p => p.Gpus);

    public double GoodputPerGpu => Goodput / Gpus;

    public double PricePerHour => Of(Prefill, p => p.PricePerHour) + Of(Decode, p => p.PricePerHour);

    /// <summary>In the currency of the profiles; infinite where nothing is served in time.</summary>
    public double PricePerMillionTokens => PricePerHour / (Goodput * OutputTokens * 3600) * 1e6;

    public override string ToString() => Prefill is { } prefill
        ? $"{prefill.Count} x {prefill.Profile.Name} prefill + {Decode.Count} x {Decode.Profile.Name} decode"
        : $"{Decode.Count} x {Decode.Profile.Name} {(Shape == ServingShape.Plain ? "colocated, plain" : "colocated, chunked")}";

    private static int Of(WorkerGroup? group, Func<WorkerProfile, int> part) =>
        group is null ? 0 : group.Count * part(group.Profile);

    private static double Of(WorkerGroup? group, Func<WorkerProfile, double> part) =>
        group is null ? 0 : group.Count * part(group.Profile);
}
