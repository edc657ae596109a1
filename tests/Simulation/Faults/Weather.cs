using Baton.Simulation.Network;

namespace Baton.Simulation.Faults;

/// <summary>
/// What the network does to messages: some are late, overtake each other, come twice or never, and some pairs of silos
/// hear nothing of each other for a while. It calms down in the end, so that what is tried again gets through.
/// </summary>
internal sealed class Weather(World world)
{
    private readonly HashSet<(string, string)> _parted = [];
    private readonly int _lostPerMille = Draw(world, 60);
    private readonly int _repeatedPerMille = Draw(world, 150);
    private readonly int _latePerMille = Draw(world, 200);
    private readonly int _brokenPerMille = Draw(world, 60);
    private readonly int _spoiltPerMille = Draw(world, 150);
    private bool _isCalm;

    private Random Random => world.Random;

    public void Calm()
    {
        _isCalm = true;
        _parted.Clear();
    }

    public void Part(Node one, Node other) => _parted.Add(Pair(one, other));

    public void Join(Node one, Node other) => _parted.Remove(Pair(one, other));

    public TimeSpan Delay() => TimeSpan.FromMicroseconds(
        !_isCalm && Happens(_latePerMille) ? Random.Next(1_000, 1_500_000) : Random.Next(100, 2_000));

    /// <summary>How often a message arrives.</summary>
    public int Copies(Node from, Node to, bool mayRepeat)
    {
        if (_isCalm)
        {
            return 1;
        }

        if (IsParted(from, to) || Happens(_lostPerMille))
        {
            world.Count("lost");
            return 0;
        }

        if (mayRepeat && Happens(_repeatedPerMille))
        {
            world.Count("repeated");
            return 2;
        }

        return 1;
    }

    public bool Breaks(Node from, Node to) => !_isCalm && (IsParted(from, to) || Happens(_brokenPerMille));

    public bool Hangs() => !_isCalm && Happens(_brokenPerMille / 4);

    /// <summary>Whether a bit flips on the way.</summary>
    public bool Spoils() => !_isCalm && Happens(_spoiltPerMille);

    private bool IsParted(Node one, Node other) => _parted.Count > 0 && _parted.Contains(Pair(one, other));

    private bool Happens(int perMille) => perMille > 0 && Random.Next(1000) < perMille;

    private static (string, string) Pair(Node one, Node other) =>
        string.CompareOrdinal(one.Name, other.Name) < 0 ? (one.Name, other.Name) : (other.Name, one.Name);

    // Half of the worlds know nothing of a kind of trouble: most schedules need it to be rare.
    private static int Draw(World world, int most) =>
        world.IsCalm || world.Random.Next(2) == 0 ? 0 : world.Random.Next(1, most);
}
