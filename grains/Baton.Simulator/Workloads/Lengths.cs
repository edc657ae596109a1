using System.Globalization;

namespace Baton.Simulator.Workloads;

/// <summary>A distribution of lengths in tokens; every length is at least 1.</summary>
public abstract record Lengths
{
    /// <summary>A length.</summary>
    internal abstract int Draw(Chance chance);

    /// <summary>
    /// Reads <c>512</c> (always that), <c>100-900</c> (uniform) or <c>512~0.8</c> (log-normal: the mean and the coefficient
    /// of variation); null where the text is neither.
    /// </summary>
    public static Lengths? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('-', '~');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int first) || first < 1)
            return null;
        if (parts.Length == 1)
            return new Fixed(first);
        if (text.Contains('-', StringComparison.Ordinal))
        {
            return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int most) && most >= first
                ? new Uniform(first, most)
                : null;
        }

        return double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out double variation)
            && variation is > 0 and <= 10
            ? new LogNormal(first, variation)
            : null;
    }

    /// <summary>Always the same.</summary>
    public sealed record Fixed(int Tokens) : Lengths
    {
        internal override int Draw(Chance chance) => Tokens;
    }

    /// <summary>Each length between two, both included, equally often.</summary>
    public sealed record Uniform(int Least, int Most) : Lengths
    {
        internal override int Draw(Chance chance) => Least + (int)(chance.Unit() * (Most - Least + 1));
    }

    /// <summary>Log-normal, as lengths of real prompts roughly are.</summary>
    public sealed record LogNormal(double Mean, double Variation) : Lengths
    {
        // Nothing reads a million tokens.
        private const int Most = 1_000_000;

        internal override int Draw(Chance chance)
        {
            double variance = Math.Log(1 + (Variation * Variation));
            double log = Math.Log(Mean) - (variance / 2) + (Math.Sqrt(variance) * chance.Normal());
            return (int)Math.Clamp(Math.Round(Math.Exp(log)), 1, Most);
        }
    }
}
