namespace Baton.Grains.Sessions;

/// <summary>Calls whose fate is unknown: lost, answered too late, or never sent.</summary>
public static class Undelivered
{
    /// <summary>
    /// Also a cancellation that nobody here asked for: when a silo dies, Orleans cancels the lookups that wait for it, and
    /// the calls behind them fail so.
    /// </summary>
    public static bool Is(Exception e) => e is OrleansException or TimeoutException or OperationCanceledException;
}
