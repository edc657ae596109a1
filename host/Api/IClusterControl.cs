using Baton.Core.Costs;

namespace Baton.Host.Api;

/// <summary>What operators may ask of the cluster.</summary>
public interface IClusterControl
{
    /// <summary>Lets a worker leave without harm; false when no such worker lives.</summary>
    Task<bool> DrainAsync(string worker);

    /// <summary>What a worker's steps have cost; null when no such worker lives.</summary>
    Task<FittedProfile?> MeasureAsync(string worker);

    /// <summary>Has so many workers of each phase; null leaves one as it is.</summary>
    /// <returns>Null when it is done as asked, else why it cannot be.</returns>
    Task<string?> ScaleAsync(int? prefill, int? decode);

    /// <summary>Leaves the number of workers to the planner again.</summary>
    Task ReleaseAsync();
}
