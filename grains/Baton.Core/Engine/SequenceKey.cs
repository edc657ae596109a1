namespace Baton.Core.Engine;

/// <summary>
/// One attempt at one choice of one request. A new attempt has a higher <paramref name="Epoch"/>; whatever still
/// speaks of an older one is stale and refused. Below zero it is no attempt but a copy that runs ahead of a move.
/// </summary>
public readonly record struct SequenceKey(string RequestId, int Choice, int Epoch)
{
    public override string ToString() => $"{RequestId}/{Choice}@{Epoch}";
}
