namespace Baton.Host.Hosting;

/// <summary>What other processes pass as --cluster to join this one.</summary>
/// <param name="ForMembers">localhost=HOST:PORT of the primary silo, or redis=HOST:PORT.</param>
internal sealed record LocalCluster(string ForMembers);
