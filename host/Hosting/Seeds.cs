namespace Baton.Host.Hosting;

/// <summary>Seeds of requests that bring none, when --seed makes them repeatable.</summary>
internal static class Seeds
{
    /// <summary>The sequence of one seed; safe for concurrent use.</summary>
    public static Func<ulong> From(ulong seed)
    {
        var gate = new Lock();
        var random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        return () =>
        {
            lock (gate)
            {
                return (ulong)random.NextInt64(long.MaxValue);
            }
        };
    }
}
