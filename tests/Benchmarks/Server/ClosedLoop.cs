namespace Baton.Benchmarks.Server;

/// <summary>Requests of one size, so many of them at a time: as one ends the next begins.</summary>
/// <param name="AtOnce">How many run.</param>
/// <param name="Requests">How many there are.</param>
internal readonly record struct ClosedLoop(int AtOnce, int Requests)
{
    public const int PromptTokens = 16;
    public const int OutputTokens = 64;

    public long Tokens => (long)Requests * OutputTokens;
}
