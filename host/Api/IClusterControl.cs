namespace Baton.Host.Api;

/// <summary>What operators may ask of the cluster.</summary>
public interface IClusterControl
{
    /// <summary>Lets a worker leave without harm; false when no such worker lives.</summary>
    Task<bool> DrainAsync(string worker);
}
