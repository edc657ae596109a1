namespace Baton.Engine.Torch.Templates.Values;

/// <summary>The "loop" of a for block.</summary>
internal sealed record LoopValue(List<object?> Items, int Position)
{
    public object? Attribute(string name) => name switch
    {
        "index" => Position + 1L,
        "index0" => (long)Position,
        "revindex" => (long)(Items.Count - Position),
        "revindex0" => Items.Count - Position - 1L,
        "first" => Position == 0,
        "last" => Position == Items.Count - 1,
        "length" => (long)Items.Count,
        "previtem" when Position > 0 => Items[Position - 1],
        "nextitem" when Position < Items.Count - 1 => Items[Position + 1],
        _ => new Undefined($"loop.{name}"),
    };
}
