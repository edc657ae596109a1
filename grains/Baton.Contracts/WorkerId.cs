namespace Baton.Contracts;

/// <summary>A worker of one life: a restarted process has the same or another name, never the same incarnation.</summary>
/// <param name="Name">Unique among live workers, e.g. prefill-0; the key of its grain and of its KV stream.</param>
/// <param name="Incarnation">Grows with every start.</param>
[GenerateSerializer, Immutable, Alias("baton.WorkerId")]
public readonly record struct WorkerId(string Name, long Incarnation)
{
    public override string ToString() => Name;
}
