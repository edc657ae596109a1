using System.CommandLine;
using Baton.Core.Costs;
using Baton.Simulator;

namespace Baton.Cli.Simulating;

/// <summary>The simulated workers.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string> _profile = new("--profile")
    {
        Description = $"What workers cost and hold: {string.Join(", ", PublishedProfiles.All.Select(p => p.Name))}, or a file.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => "opt-13b",
    };

    private readonly Option<string> _shape = new("--shape")
    {
        Description = "How the phases are put onto workers; chunked and plain: both on each of the decode workers.",
        DefaultValueFactory = _ => "disaggregated",
    };

    private readonly Option<string?> _prefill = WorkersOption.Create("--prefill", "Prefill workers at the start [2]");
    private readonly Option<string?> _decode = WorkersOption.Create("--decode", "Decode workers at the start [1]");
    private readonly Option<double?> _start = Numbers.Option("--start-seconds", "From the order of a worker until it takes requests.", 0, 1e6);
    private readonly Option<double?> _convert = Numbers.Option(
        "--convert-seconds", "From the moment that a worker is empty until it takes requests in the other phase; none is converted if a start takes no longer.", 0, 1e6);
    private readonly Option<double?> _link = Numbers.Option("--link", "What a worker's link for KV carries, in GB a second.", 1e-3, 1e6);
    private readonly Option<long?> _kvTokens = Numbers.Option("--kv-tokens", "Positions of each worker's KV pool.", 1, 1L << 32);
    private readonly Option<int?> _blockTokens = Numbers.Option(
        "--block-tokens", "Positions of a KV block [16; 512, Mooncake's, for a trace that names its prompts' parts].", 1, 65_536);

    private readonly Option<TimeSpan?> _longestStep = Durations.Option(
        "--longest-step", "Most that a step takes that decodes and reads prompts, but for a block of one [no bound].");

    private readonly Option<bool> _uncapped = new("--uncapped")
    {
        Description = "Decode takes every sequence that has room, not only as many as keep to --slo-tpot.",
    };

    public ClusterOptions(Command command)
    {
        _shape.AcceptOnlyFromAmong("disaggregated", "chunked", "plain");
        foreach (var option in new Option[] { _profile, _shape, _prefill, _decode, _start, _convert, _link, _kvTokens, _blockTokens, _longestStep, _uncapped })
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="InvalidDataException">They make no cluster.</exception>
    public SimulationOptions Cluster(ParseResult parse)
    {
        var shape = Enum.Parse<ServingShape>(parse.GetValue(_shape)!, ignoreCase: true);
        var apart = shape == ServingShape.Disaggregated;
        if (!apart && parse.GetValue(_prefill) is not null)
        {
            throw new InvalidDataException("--prefill is for --shape disaggregated; the others take --decode alone.");
        }

        var options = new SimulationOptions
        {
            Shape = shape,
            Prefill = apart ? Group(parse, _prefill, "2") : [],
            Decode = Group(parse, _decode, apart ? "1" : "3"),
            BlockTokens = parse.GetValue(_blockTokens) ?? 16,
            Uncapped = parse.GetValue(_uncapped),
        };
        return options with { Scheduling = options.Scheduling with { LongestStep = parse.GetValue(_longestStep) } };
    }

    public bool IsBlockGiven(ParseResult parse) => parse.GetValue(_blockTokens) is not null;

    private IReadOnlyList<WorkerGroup> Group(ParseResult parse, Option<string?> option, string byDefault) =>
        WorkersOption.Parse(option.Name, parse.GetValue(option) ?? byDefault, name => Profile(parse, name), parse.GetValue(_profile)!);

    private WorkerProfile Profile(ParseResult parse, string name)
    {
        var profile = ProfileFile.Load(name);
        return profile with
        {
            StartSeconds = parse.GetValue(_start) ?? profile.StartSeconds,
            ConvertSeconds = parse.GetValue(_convert) ?? profile.ConvertSeconds,
            LinkGBPerSecond = parse.GetValue(_link) ?? profile.LinkGBPerSecond,
            KvTokens = parse.GetValue(_kvTokens) ?? profile.KvTokens,
        };
    }
}
