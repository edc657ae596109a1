namespace Baton.Core.Planning;

/// <summary>What the load of a phase's workers calls for, one step at a time.</summary>
/// <param name="Step">1: one more; -1: one fewer would do; 0: neither.</param>
/// <param name="Why">For people.</param>
public sealed record Reaction(int Step, string Why)
{
    public static Reaction None(string why) => new(0, why);
}
