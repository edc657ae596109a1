namespace Baton.Core.Costs;

/// <summary>Decode costs that hold from some batch on, where another kernel or another bound takes over.</summary>
public sealed record DecodeCost
{
    /// <summary>The smallest batch that they hold for.</summary>
    public required int FromSequences { get; init; }

    /// <summary>Milliseconds of a step.</summary>
    public double Constant { get; init; }

    /// <summary>Milliseconds for each position that the batch attends to.</summary>
    public double PerToken { get; init; }

    /// <summary>Milliseconds for each sequence.</summary>
    public double PerSequence { get; init; }
}
