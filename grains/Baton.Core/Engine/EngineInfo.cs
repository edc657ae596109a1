using Baton.Core.Scheduling;

namespace Baton.Core.Engine;

/// <summary>The fixed facts of an engine.</summary>
/// <param name="Model">The model that it runs.</param>
/// <param name="Layout">How its KV blocks lie in memory.</param>
/// <param name="KvBlocks">How many it has.</param>
/// <param name="Bounds">Those of its scheduler.</param>
public sealed record EngineInfo(ModelInfo Model, KvLayout Layout, int KvBlocks, SchedulerOptions Bounds)
{
    /// <summary>Positions that its KV pool holds.</summary>
    public long KvTokens => (long)KvBlocks * Layout.BlockTokens;
}
