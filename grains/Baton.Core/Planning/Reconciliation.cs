namespace Baton.Core.Planning;

/// <summary>Makes one pair of what each phase wants for itself: under the bounds, the ratio and the budget.</summary>
public static class Reconciliation
{
    /// <param name="wanted">What each phase wants.</param>
    /// <param name="gpus">GPUs of a worker of each phase.</param>
    /// <param name="options">The bounds.</param>
    /// <returns>The pair, and what cut it down; null where nothing did.</returns>
    public static (PhaseCounts Counts, string? Why) Of(PhaseCounts wanted, PhaseCounts gpus, PlannerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var bounded = new PhaseCounts(
            Math.Clamp(wanted.Prefill, options.Min.Prefill, options.Max.Prefill),
            Math.Clamp(wanted.Decode, options.Min.Decode, options.Max.Decode));
        (PhaseCounts even, string? ratio) = Balance(bounded, options);
        (PhaseCounts paid, string? budget) = Afford(even, gpus, options);
        return (paid, budget ?? ratio);
    }

    // The phase that is short by the ratio grows: to shrink the other would take what it needs.
    private static (PhaseCounts Counts, string? Why) Balance(PhaseCounts counts, PlannerOptions options)
    {
        if (options.DecodePerPrefill is not { } ratio || counts.Prefill == 0 || counts.Decode == 0)
            return (counts, null);
        if (counts.Decode < ratio.Least * counts.Prefill)
        {
            int decode = Math.Min(options.Max.Decode, (int)Math.Ceiling(ratio.Least * counts.Prefill));
            return (counts with { Decode = decode }, $"at least {ratio.Least} decode workers for each prefill worker");
        }

        if (counts.Decode > ratio.Most * counts.Prefill)
        {
            int prefill = Math.Min(options.Max.Prefill, (int)Math.Ceiling(counts.Decode / ratio.Most));
            return (counts with { Prefill = prefill }, $"at most {ratio.Most} decode workers for each prefill worker");
        }

        return (counts, null);
    }

    /// <summary>Both phases give way in proportion, none below its least; what is left over goes to decode.</summary>
    private static (PhaseCounts Counts, string? Why) Afford(PhaseCounts counts, PhaseCounts gpus, PlannerOptions options)
    {
        if (options.Budget is not { } budget || Price(counts, gpus) <= budget)
            return (counts, null);
        var least = new PhaseCounts(Math.Min(1, counts.Prefill), Math.Min(1, counts.Decode));
        least = new PhaseCounts(Math.Max(least.Prefill, options.Min.Prefill), Math.Max(least.Decode, options.Min.Decode));
        if (Price(least, gpus) > budget)
            return (least, $"the budget of {budget} GPUs does not pay for the least of both phases");
        double share = (double)budget / Price(counts, gpus);
        int mostPrefill = (budget - (least.Decode * gpus.Decode)) / gpus.Prefill;
        int prefill = Math.Clamp((int)(counts.Prefill * share), least.Prefill, mostPrefill);
        int decode = Math.Clamp((budget - (prefill * gpus.Prefill)) / gpus.Decode, least.Decode, counts.Decode);
        // Of whole workers something may be left that only the other phase can use.
        prefill = Math.Clamp((budget - (decode * gpus.Decode)) / gpus.Prefill, prefill, counts.Prefill);
        return (new PhaseCounts(prefill, decode), $"cut to the budget of {budget} GPUs");
    }

    private static int Price(PhaseCounts counts, PhaseCounts gpus) =>
        (counts.Prefill * gpus.Prefill) + (counts.Decode * gpus.Decode);
}
