using System.Globalization;
using Baton.Contracts.Workers;

namespace Baton.Grains.Placement;

/// <summary>Names of grains that belong to a node, and of the silo metadata that tells what a node serves.</summary>
public static class NodeName
{
    public const string GatewayRole = "gateway";

    /// <summary>Silo metadata: the roles of the silo, joined by commas.</summary>
    public const string RolesKey = "baton.roles";

    /// <summary>Silo metadata: equal on two silos only if they share memory.</summary>
    public const string HostKey = "baton.host";

    /// <summary>Silo metadata: what its engines compute on.</summary>
    public const string DeviceKey = "baton.device";

    public static string Role(WorkerRole role) => role switch
    {
        WorkerRole.Prefill => "prefill",
        WorkerRole.Decode => "decode",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    public static string Worker(WorkerRole role, string node) => $"{Role(role)}-{node}";

    public static string Gateway(string node) => $"{GatewayRole}-{node}";

    /// <summary>
    /// The name of a node's next life in the same process: 3, 3.2, 3.3. It has to be another one, or a worker that is
    /// converted and converted back would be taken for what it was.
    /// </summary>
    public static string NextLife(string node)
    {
        var dot = node.LastIndexOf('.');
        return dot > 0 && int.TryParse(node.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var life)
            ? string.Create(CultureInfo.InvariantCulture, $"{node.AsSpan(0, dot)}.{life + 1}")
            : $"{node}.2";
    }

    /// <summary>Splits role-node; the node may hold further dashes.</summary>
    public static bool TryParse(string name, out string role, out string node)
    {
        var dash = name.IndexOf('-', StringComparison.Ordinal);
        (role, node) = dash > 0 ? (name[..dash], name[(dash + 1)..]) : ("", "");
        return node.Length > 0;
    }
}
