namespace Baton.Training.Model;

/// <summary>The numbers that define the model; the defaults are the built-in model's.</summary>
public sealed record LlamaShape
{
    public int Vocabulary { get; init; } = 4096;

    public int Hidden { get; init; } = 288;

    public int Layers { get; init; } = 6;

    public int Heads { get; init; } = 9;

    public int KeyValueHeads { get; init; } = 3;

    public int HeadSize { get; init; } = 32;

    public int Intermediate { get; init; } = 768;

    public int MaxPositions { get; init; } = 2048;

    public double RopeTheta { get; init; } = 10000;

    public double NormEpsilon { get; init; } = 1e-5;
}
