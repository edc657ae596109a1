namespace Baton.Core.Engine;

/// <summary>The fixed facts of an engine.</summary>
/// <param name="Model">The model that it runs.</param>
/// <param name="Layout">How its KV blocks lie in memory.</param>
/// <param name="KvBlocks">How many it has.</param>
public sealed record EngineInfo(ModelInfo Model, KvLayout Layout, int KvBlocks);
