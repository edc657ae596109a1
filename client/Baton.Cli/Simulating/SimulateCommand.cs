using System.CommandLine;
using System.Globalization;
using Baton.Core.Routing;
using Baton.Simulator;
using Baton.Simulator.Results;
using Baton.Simulator.Scaling;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Simulating;

/// <summary>baton simulate: what a cluster would do, in virtual time.</summary>
internal static class SimulateCommand
{
    private static readonly SortedDictionary<string, AdmissionMode> Admissions = new(StringComparer.Ordinal)
    {
        ["off"] = AdmissionMode.Off,
        ["stage"] = AdmissionMode.AtEachStage,
        ["current"] = AdmissionMode.CurrentLoad,
        ["predicted"] = AdmissionMode.PredictedLoad,
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "simulate", "Run the real router, schedulers and planner in virtual time under a trace or random load.");
        var workload = new WorkloadOptions(command, requests: 2000);
        var cluster = new ClusterOptions(command);
        var slo = new SloOptions(command);
        var scale = new ScaleOptions(command);
        var admission = new Option<string>("--admission")
        {
            Description = "Refuse what would miss its targets: each stage as it begins, or on arrival by current or predicted load.",
            DefaultValueFactory = _ => "off",
        };
        admission.AcceptOnlyFromAmong([.. Admissions.Keys]);
        var deaths = Numbers.Option("--deaths", "Workers that die, an hour [0].", 0.0, 1e6);
        var interval = Durations.Option("--interval", "Length of a line of the timeline [1m].");
        var html = new Option<string?>("--html") { Description = "Also write a page with charts.", HelpName = "FILE" };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        foreach (var option in new Option[] { admission, deaths, interval, html, json })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parse, _) =>
        {
            var target = slo.Target(parse);
            var arrivals = workload.Arrivals(parse);
            var options = cluster.Cluster(parse) with
            {
                Slo = target,
                Planner = scale.Planner(parse, target),
                Admission = Admissions[parse.GetValue(admission)!],
                Faults = new FaultOptions { DeathsPerHour = parse.GetValue(deaths) ?? 0 },
                Seed = workload.Seed(parse),
                TimelineInterval = parse.GetValue(interval) ?? TimeSpan.FromMinutes(1),
            };
            if (!cluster.IsBlockGiven(parse) && arrivals is IReadOnlyList<Arrival> trace && trace.Any(a => a.Prefix is not null))
            {
                options = options with { BlockTokens = 512 };
            }

            if (options.Fault() is { } fault)
            {
                throw new InvalidDataException($"This cannot be simulated: {fault}.");
            }

            var result = Simulation.Run(options, arrivals, (requests, time) => terminal.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{requests} requests, {time.TotalSeconds:0} s of virtual time")));
            if (parse.GetValue(html) is { } file)
            {
                await Write(file, SimulationHtml.Of(result, "baton simulate"));
            }

            await terminal.Out.WriteAsync(parse.GetValue(json) ? SimulationJson.Text(result) + "\n" : SimulationText.Of(result));
            return 0;
        });
        return command;
    }

    private static async Task Write(string file, string text)
    {
        try
        {
            await File.WriteAllTextAsync(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"--html: '{file}' cannot be written: {e.Message}", e);
        }
    }
}
