using System.Text.Json.Nodes;

namespace Baton.Host.Api;

/// <summary>The state of the cluster as <c>GET /cluster</c> shows it.</summary>
public interface IClusterReport
{
    /// <summary>The state now; the caller owns what it gets.</summary>
    ValueTask<JsonObject> SnapshotAsync(CancellationToken cancellationToken);
}
