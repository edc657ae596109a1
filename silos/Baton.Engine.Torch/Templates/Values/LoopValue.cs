using Baton.Core.Text;

namespace Baton.Engine.Torch.Templates.Values;

/// <summary>What the iterations of one loop share.</summary>
internal sealed class LoopRun(List<object?> items, int depth, Callable? recursion)
{
    public List<object?> Items => items;

    public int Depth => depth;

    public Callable? Recursion => recursion;

    /// <summary>What "changed" was last asked about; null before.</summary>
    public TupleValue? Seen { get; set; }
}

/// <summary>The "loop" of a for block.</summary>
internal sealed class LoopValue(LoopRun run, int position) : ObjectValue
{
    private List<object?> Items => run.Items;

    public override Callable? Function => run.Recursion;

    public override object? Attribute(string name) => name switch
    {
        "index" => position + 1L,
        "index0" => (long)position,
        "revindex" => (long)(Items.Count - position),
        "revindex0" => Items.Count - position - 1L,
        "first" => position == 0,
        "last" => position == Items.Count - 1,
        "length" => (long)Items.Count,
        "depth" => run.Depth + 1L,
        "depth0" => (long)run.Depth,
        "cycle" => new Callable(Cycle),
        "changed" => new Callable(call => HasChanged(call)),
        "previtem" when position > 0 => Items[position - 1],
        "nextitem" when position < Items.Count - 1 => Items[position + 1],
        _ => new Undefined($"loop.{name}"),
    };

    private object? Cycle(Call call) => call.Positional.Count > 0
        ? call.Positional[position % call.Positional.Count]
        : throw new ChatTemplateException("The chat template cycles through nothing.");

    private bool HasChanged(Call call)
    {
        var given = new TupleValue(call.Positional);
        if (run.Seen is { } seen && Comparison.AreEqual(seen, given, call.Budget))
            return false;
        run.Seen = given;
        return true;
    }
}
