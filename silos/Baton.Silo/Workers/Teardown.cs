namespace Baton.Silo.Workers;

/// <summary>
/// Ends things in turn. One that cannot be ended well does not keep those behind it going: they run on memory that is about
/// to be freed.
/// </summary>
internal static class Teardown
{
    /// <exception cref="AggregateException">What the steps threw, after all of them.</exception>
    public static async Task RunAsync(params IEnumerable<Func<ValueTask>> steps)
    {
        List<Exception> failures = [];
        foreach (var step in steps)
        {
            try
            {
                await step();
            }
#pragma warning disable CA1031 // It is thrown below, with the others.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failures.Add(e);
            }
        }

        if (failures.Count > 0)
            throw new AggregateException(failures);
    }
}
