namespace Baton.Contracts.Planning;

/// <summary>What a driver is to see to. Saying it twice changes nothing.</summary>
/// <param name="Prefill">
/// Prefill workers of the driver's own that there shall be, the leaving ones not counted; null: as many as there are.
/// </param>
/// <param name="Decode">Decode workers, likewise.</param>
/// <param name="Leaving">Workers that drain, or shall: they are not replaced.</param>
[GenerateSerializer, Immutable, Alias("baton.ScaleOrder")]
public sealed record ScaleOrder(int? Prefill, int? Decode, string[] Leaving)
{
    /// <summary>
    /// Workers that shall change their role, by their names now: they have other names afterwards. From now on they count
    /// in their new role.
    /// </summary>
    [Id(0)] public string[] Converting { get; init; } = [];

    /// <summary>Grows with every order of any planner: a driver takes none that is older than its latest.</summary>
    [Id(1)] public long Sequence { get; init; }
}
