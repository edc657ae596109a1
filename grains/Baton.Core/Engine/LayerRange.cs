namespace Baton.Core.Engine;

/// <summary>Neighbouring layers of a KV block: one run of its bytes.</summary>
/// <param name="First">The first of them, from 0.</param>
/// <param name="Count">How many.</param>
public readonly record struct LayerRange(int First, int Count)
{
    /// <summary>After the last of them.</summary>
    public int End => First + Count;

    public bool Overlaps(LayerRange other) => First < other.End && other.First < End;
}
