namespace Baton.Core.Engine;

/// <summary>What the rest of the system must know of a model.</summary>
/// <param name="Id">The name that clients use.</param>
/// <param name="MaxContext">Most positions of a sequence: prompt and output.</param>
/// <param name="VocabularySize">Number of token ids.</param>
/// <param name="WeightBytes">Bytes that the weights take in memory.</param>
public sealed record ModelInfo(string Id, int MaxContext, int VocabularySize, long WeightBytes);
