using System.CommandLine;
using Baton.Core.Planning;
using Baton.Simulator;

namespace Baton.Cli.Simulating;

/// <summary>Whether and within which bounds the planner scales.</summary>
internal sealed class ScaleOptions
{
    private static readonly PlannerOptions Defaults = new();

    private readonly Option<bool> _autoscale = new("--autoscale") { Description = "Let the planner scale both phases." };
    private readonly Option<int?> _min = Numbers.Option("--scale-min", "Fewest workers of each phase [1].", 0, 100_000);
    private readonly Option<int?> _max = Numbers.Option("--scale-max", "Most workers of each phase [1000].", 1, 100_000);
    private readonly Option<int?> _budget = Numbers.Option("--scale-budget", "Most GPUs of all workers together.", 2, 1_000_000);
    private readonly Option<TimeSpan?> _interval = Durations.Option("--scale-interval", "Time between decisions [5s].");
    private readonly Option<TimeSpan?> _cooldown = Durations.Option(
        "--scale-cooldown", "After a change of a phase, how long it does not shrink [30s].");

    private readonly Option<double?> _attainment = Numbers.Option(
        "--scale-attainment", $"Share of the requests that the planner sizes for [{Defaults.Attainment}].", 0.01, 0.9999);

    public ScaleOptions(Command command)
    {
        foreach (var option in new Option[] { _autoscale, _min, _max, _budget, _interval, _cooldown, _attainment })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Null where the number of workers stays.</summary>
    public PlannerOptions? Planner(ParseResult parse, SloTarget slo)
    {
        if (!parse.GetValue(_autoscale))
        {
            return null;
        }

        var min = parse.GetValue(_min) ?? 1;
        var max = Math.Max(min, parse.GetValue(_max) ?? 1000);
        return Defaults with
        {
            Min = new PhaseCounts(min, min),
            Max = new PhaseCounts(max, max),
            Budget = parse.GetValue(_budget),
            Interval = parse.GetValue(_interval) ?? Defaults.Interval,
            Cooldown = parse.GetValue(_cooldown) ?? Defaults.Cooldown,
            Attainment = parse.GetValue(_attainment) ?? Defaults.Attainment,
            Ttft = slo.Ttft,
            Tpot = slo.Tpot,
        };
    }
}
