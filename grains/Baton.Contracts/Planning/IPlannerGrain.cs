namespace Baton.Contracts.Planning;

/// <summary>The planner of the cluster; there is one, on the gateway that has been there longest.</summary>
[Alias("baton.IPlannerGrain")]
public interface IPlannerGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "planner";

    /// <summary>Observes, decides and acts; called once an interval.</summary>
    [Alias("Tick")]
    Task Tick();

    /// <summary>Observes, and decides and acts only if a phase lacks a worker so plainly that it should not wait for the next interval.</summary>
    [Alias("Look")]
    Task Look();

    /// <summary>An operator's numbers: they hold until <see cref="Release"/>.</summary>
    /// <param name="prefill">Null leaves the phase as it is.</param>
    /// <param name="decode">Null leaves the phase as it is.</param>
    /// <returns>Null when it is done as asked, else why it cannot be.</returns>
    [Alias("Scale")]
    Task<string?> Scale(int? prefill, int? decode);

    /// <summary>Gives the decision back to whom it was taken from.</summary>
    [Alias("Release")]
    Task Release();

    /// <summary>Has a worker leave, for which no other comes.</summary>
    /// <returns>False when there is no such worker.</returns>
    [Alias("Drain")]
    Task<bool> Drain(string worker);
}
