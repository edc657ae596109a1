using System.CommandLine;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Simulating;

/// <summary>What the simulated cluster is asked for: a trace, or arrivals at random.</summary>
internal sealed class WorkloadOptions
{
    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "Mooncake's JSON lines or Azure's CSV, plain or .gz. Without it requests come at random.",
        HelpName = "FILE",
    };

    private readonly Option<TimeSpan?> _from = Durations.Option("--from", "Leave out what comes before (trace).");
    private readonly Option<TimeSpan?> _to = Durations.Option("--to", "Leave out what comes from then on (trace).");
    private readonly Option<double?> _speedup = Numbers.Option("--speedup", "Divide the trace's times.", 1e-3, 1e6);
    private readonly Option<int?> _copies = Numbers.Option("--copies", "Each request of the trace so many times.", 1, 10_000);
    private readonly Option<double?> _share = Numbers.Option("--share", "Keep this share of the trace's requests [1].", 1e-6, 1);
    private readonly Option<double?> _rate = Numbers.Option("--rate", "Requests a second [8].", 1e-6, 1e6);
    private readonly Option<int?> _requests;
    private readonly int _standard;
    private readonly Option<Lengths?> _prompt = LengthsOption("--prompt-tokens", "Prompt lengths [512~0.8]");
    private readonly Option<Lengths?> _output = LengthsOption("--output-tokens", "Output lengths [128~0.6]");
    private readonly Option<double?> _burstiness = Numbers.Option(
        "--burstiness", "Squared variation of the times between arrivals: 1 is Poisson [1].", 1e-3, 1e3);

    private readonly Option<int?> _seed = Numbers.Option("--seed", "Of all chance [0].", 0, int.MaxValue);

    /// <param name="command">The command that has the options.</param>
    /// <param name="requests">How many requests, unless it is said.</param>
    public WorkloadOptions(Command command, int requests)
    {
        _standard = requests;
        _requests = Numbers.Option("--requests", $"How many requests [{requests}].", 1, 100_000_000);
        foreach (var option in new Option[]
        {
            _trace, _from, _to, _speedup, _copies, _share, _rate, _requests, _prompt, _output, _burstiness, _seed,
        })
        {
            command.Options.Add(option);
        }
    }

    public int Seed(ParseResult parse) => parse.GetValue(_seed) ?? 0;

    public bool IsTrace(ParseResult parse) => parse.GetValue(_trace) is not null;

    /// <exception cref="InvalidDataException">The trace cannot be used, or options contradict each other.</exception>
    public IEnumerable<Arrival> Arrivals(ParseResult parse)
    {
        Refuse(parse, IsTrace(parse) ? [_rate, _requests, _prompt, _output, _burstiness] : [_from, _to, _speedup, _copies]);
        if (parse.GetValue(_trace) is not { } file)
        {
            return Synthetic(parse).Arrivals();
        }

        var window = new TraceWindow
        {
            From = parse.GetValue(_from) ?? TimeSpan.Zero,
            To = parse.GetValue(_to) ?? TimeSpan.MaxValue,
            Speedup = parse.GetValue(_speedup) ?? 1,
            Copies = parse.GetValue(_copies) ?? 1,
            Share = parse.GetValue(_share) ?? 1,
            Seed = Seed(parse),
        };
        var arrivals = window.Of(TraceFile.Read(file, Seed(parse)));
        return arrivals.Count > 0 ? arrivals : throw new InvalidDataException("Between --from and --to the trace has no request.");
    }

    // An option that does nothing would be believed to do something.
    private void Refuse(ParseResult parse, Option[] others)
    {
        if (others.FirstOrDefault(o => parse.GetResult(o) is not null) is { } wrong)
        {
            throw new InvalidDataException($"{wrong.Name} goes {(IsTrace(parse) ? "without" : "with")} --trace.");
        }
    }

    public SyntheticWorkload Synthetic(ParseResult parse) => new()
    {
        Rate = parse.GetValue(_rate) ?? 8,
        Requests = parse.GetValue(_requests) ?? _standard,
        Prompt = parse.GetValue(_prompt) ?? new Lengths.LogNormal(512, 0.8),
        Output = parse.GetValue(_output) ?? new Lengths.LogNormal(128, 0.6),
        Burstiness = parse.GetValue(_burstiness) ?? 1,
        Seed = Seed(parse),
    };

    public static Option<Lengths?> LengthsOption(string name, string help) => new(name)
    {
        Description = $"{help}: 512, or 100-900 uniform, or 512~0.8 log-normal by mean and variation.",
        HelpName = "LENGTHS",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Lengths.Parse(text) is { } lengths)
            {
                return lengths;
            }

            result.AddError($"{name}: '{text}' is none of 512, 100-900 and 512~0.8");
            return null;
        },
    };
}
