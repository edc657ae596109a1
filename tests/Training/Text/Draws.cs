namespace Baton.Training.Text;

/// <summary>Seeded choices.</summary>
public static class Draws
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    public static bool Chance(this Random random, double probability) => random.NextDouble() < probability;
}
