using Baton.Core.Costs;
using Baton.Core.Engine;

namespace Baton.Core.Scheduling;

/// <summary>Keeps the sizes of an engine's steps up with what its steps are measured to take. Owned by its thread.</summary>
public sealed class StepSizer(CostCorrection costs, KvLayout layout, long kvTokens, SchedulerOptions options)
{
    // Sizes by costs that are off by less are as good, and finding them takes thousands of steps' worth of arithmetic.
    private const double Noticeable = 0.05;

    private (double Prefill, double Decode) _scales;
    private StepSizing? _current;

    /// <summary>The sizes; the same object for as long as the costs are about the same.</summary>
    public StepSizing Current
    {
        get
        {
            (double prefill, double decode) = costs.Scales;
            if (_current is null || Differs(prefill, _scales.Prefill) || Differs(decode, _scales.Decode))
            {
                _scales = (prefill, decode);
                _current = new StepSizing(costs.Profile, layout.BlockTokens, kvTokens, options);
            }

            return _current;
        }
    }

    private static bool Differs(double scale, double from) => Math.Abs(scale - from) > from * Noticeable;
}
