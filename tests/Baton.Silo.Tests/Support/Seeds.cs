using System.Globalization;
using Xunit.Sdk;

namespace Baton.Silo.Tests.Support;

/// <summary>Runs a property over seeds; one that fails is named together with how to replay it alone.</summary>
internal static class Seeds
{
    private const string Variable = "BATON_SEED";

    /// <summary>All seeds from 0 for as long as wanted, or the one that the environment names.</summary>
    public static async Task Run(Func<bool> isEnough, Func<int, Task> property)
    {
        var only = Environment.GetEnvironmentVariable(Variable);
        var first = only is null ? 0 : int.Parse(only, CultureInfo.InvariantCulture);
        for (var seed = first; seed == first || (only is null && !isEnough()); seed++)
        {
            try
            {
                await property(seed);
            }
            catch (Exception e)
            {
                throw new XunitException($"Seed {seed} ({Variable}={seed} replays it alone): {e.Message}", e);
            }
        }
    }

    public static Task Run(Func<bool> isEnough, Action<int> property) => Run(isEnough, seed =>
    {
        property(seed);
        return Task.CompletedTask;
    });
}
