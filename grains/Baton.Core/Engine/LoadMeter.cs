namespace Baton.Core.Engine;

/// <summary>Moving averages over an engine's steps.</summary>
internal sealed class LoadMeter
{
    // About the last ten steps: soon enough for the planner, and not upset by a single odd step.
    private const double NewestShare = 0.1;

    private long _steps;
    private double _stepSeconds;
    private double _prefillTokensPerSecond;

    public void Add(TimeSpan step, long prefillTokens)
    {
        double seconds = step.TotalSeconds;
        _stepSeconds = _steps == 0 ? seconds : Blend(_stepSeconds, seconds);
        _steps++;
        if (prefillTokens == 0 || seconds <= 0)
            return;
        double rate = prefillTokens / seconds;
        _prefillTokensPerSecond = _prefillTokensPerSecond == 0 ? rate : Blend(_prefillTokensPerSecond, rate);
    }

    /// <param name="reservationsWaiting">Sequences that wait for blocks to reserve.</param>
    public StepAverages Averages(int reservationsWaiting) =>
        new(_steps, TimeSpan.FromSeconds(_stepSeconds), _prefillTokensPerSecond, reservationsWaiting);

    /// <summary>The load of an engine that has ended: the totals stay, nothing is held.</summary>
    public static EngineLoad Ended(EngineLoad last) => EngineLoad.Idle with
    {
        BlocksTotal = last.BlocksTotal,
        Steps = last.Steps,
        TokensGenerated = last.TokensGenerated,
        Preemptions = last.Preemptions,
    };

    private static double Blend(double average, double newest) => average + (newest - average) * NewestShare;
}
