using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Baton.Core.Costs;
using Baton.Simulator;
using Baton.Simulator.Placement;

namespace Baton.Cli.Simulating;

/// <summary>baton plan: how many GPUs shall prefill, how many decode, and whether to part them at all.</summary>
internal static class PlanCommand
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "plan", "Find the numbers and the hardware of prefill and decode workers that serve most for each GPU, by simulation.");
        var profiles = new Option<string>("--profile")
        {
            Description = $"Hardware to choose from, with commas: {string.Join(", ", PublishedProfiles.All.Select(p => p.Name))}, or files.",
            HelpName = "NAME|FILE,...",
            DefaultValueFactory = _ => "opt-13b",
        };
        var gpus = Numbers.Option("--gpus", "How many GPUs there are [16].", 2, 1024);
        var attainment = Numbers.Option("--attainment", "Share of the requests that must meet the targets [0.9].", 0.01, 0.999);
        var separately = new Option<bool>("--separately")
        {
            Description = "Each target by that share of the requests, not both by the same ones, as DistServe counts.",
        };
        var rate = Numbers.Option("--rate", "Also say which workers this many requests a second need.", 1e-3, 1e6);
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        foreach (var option in new Option[] { profiles, gpus, attainment, separately, rate, json })
        {
            command.Options.Add(option);
        }

        var slo = new SloOptions(command);
        var workload = new LengthsOptions(command);
        command.SetAction(async (parse, _) =>
        {
            var goal = new Goal
            {
                Slo = slo.Target(parse),
                Attainment = parse.GetValue(attainment) ?? 0.9,
                Separately = parse.GetValue(separately),
            };
            var requests = workload.Workload(parse);
            var search = new PlacementSearch(new GoodputSearch(goal, requests), requests, step => terminal.Error.WriteLine(step));
            List<WorkerProfile> hardware = [.. parse.GetValue(profiles)!.Split(',').Distinct().Select(ProfileFile.Load)];
            var count = parse.GetValue(gpus) ?? 16;
            if (hardware.All(h => h.Gpus * 2 > count))
            {
                throw new InvalidDataException($"--gpus: two workers of {hardware[0].Name} need more than {count} GPUs.");
            }

            var plan = search.Plan(hardware, count);
            var needed = parse.GetValue(rate) is { } wanted ? plan.For(wanted, hardware) : null;
            await terminal.Out.WriteAsync(parse.GetValue(json) ? JsonSerializer.Serialize(Document(plan, needed), Json) + "\n" : Table(plan, needed));
            return 0;
        });
        return command;
    }

    private static object Document(PlacementPlan plan, (WorkerGroup Prefill, WorkerGroup Decode)? needed) => new
    {
        plan.PrefillRates,
        plan.DecodeRates,
        Deployments = plan.Deployments.Select(d => new
        {
            Shape = d.Shape.ToString(),
            Prefill = d.Prefill is { } p ? Group(p) : null,
            Decode = Group(d.Decode),
            d.Gpus,
            d.Goodput,
            d.GoodputPerGpu,
            d.PricePerHour,
            PricePerMillionTokens = d.Goodput > 0 ? d.PricePerMillionTokens : (double?)null,
        }),
        Needed = needed is { } n ? new { Prefill = Group(n.Prefill), Decode = Group(n.Decode) } : null,
        plan.Verdict,
        plan.Runs,
    };

    private static object Group(WorkerGroup group) => new { Profile = group.Profile.Name, group.Count };

    private static string Table(PlacementPlan plan, (WorkerGroup Prefill, WorkerGroup Decode)? needed)
    {
        var text = new StringBuilder();
        foreach (var (name, rate) in plan.PrefillRates)
        {
            Line(text, $"one {name} alone: prefill {rate:0.00}/s, decode {plan.DecodeRates[name]:0.00}/s");
        }

        Line(text, $"");
        Line(text, $"{"deployment",-64} {"GPUs",5} {"req/s",8} {"per GPU",8} {"price/h",8} {"per 1M out",10}");
        foreach (var d in plan.Deployments)
        {
            var price = d.Goodput > 0 ? d.PricePerMillionTokens.ToString("0.00", CultureInfo.InvariantCulture) : "-";
            Line(text, $"{d,-64} {d.Gpus,5} {d.Goodput,8:0.00} {d.GoodputPerGpu,8:0.000} {d.PricePerHour,8:0.00} {price,10}");
        }

        Line(text, $"");
        Line(text, $"{plan.Verdict}");
        if (needed is { } n)
        {
            Line(text, $"The rate needs {n.Prefill.Count} x {n.Prefill.Profile.Name} prefill + {n.Decode.Count} x {n.Decode.Profile.Name} decode.");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture).TrimEnd()).Append('\n');
}
