namespace Baton.Training.Text;

/// <summary>
/// The facts of one story. A slot is drawn when it is first asked for and then stays; <c>place#2</c> is a second,
/// different draw from the list of <c>place</c>.
/// </summary>
public sealed class Scene
{
    private readonly Dictionary<string, string> _facts = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, string[]> _lexicon;

    public Scene(Grammar grammar, Random random)
    {
        _lexicon = grammar.Lexicon;
        Random = random;
        Casting.Cast(this);
    }

    public Random Random { get; }

    public string this[string slot]
    {
        get => _facts.TryGetValue(slot, out var fact) ? fact : _facts[slot] = Draw(slot);
        set => _facts[slot] = value;
    }

    /// <summary>A draw that is not kept.</summary>
    public string Any(string list) => Random.Pick(_lexicon[list]);

    private string Draw(string slot)
    {
        var list = slot.Split('#')[0].TrimEnd('2');
        for (var attempt = 0; ; attempt++)
        {
            var value = Any(list);
            if (attempt > 20 || !Taken(list, value))
            {
                return value;
            }
        }
    }

    private bool Taken(string list, string value) => _facts.Any(f =>
        f.Value == value && f.Key.StartsWith(list, StringComparison.Ordinal));
}
