using System.CommandLine;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Simulating;

/// <summary>What requests look like, whatever their rate: lengths by distribution, or those of a trace.</summary>
internal sealed class LengthsOptions
{
    private readonly Option<string?> _trace = new("--trace")
    {
        Description = "Draw lengths from a trace (Mooncake's or Azure's); arrivals are Poisson.",
        HelpName = "FILE",
    };

    private readonly Option<Lengths?> _prompt = WorkloadOptions.LengthsOption("--prompt-tokens", "Prompt lengths [512~0.8]");
    private readonly Option<Lengths?> _output = WorkloadOptions.LengthsOption("--output-tokens", "Output lengths [128~0.6]");
    private readonly Option<int?> _seed = Numbers.Option("--seed", "Of all chance [0].", 0, int.MaxValue);

    public LengthsOptions(Command command)
    {
        foreach (var option in new Option[] { _trace, _prompt, _output, _seed })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The rate and the number of requests are left to the search.</summary>
    /// <exception cref="InvalidDataException">The trace cannot be used.</exception>
    public SyntheticWorkload Workload(ParseResult parse)
    {
        var seed = parse.GetValue(_seed) ?? 0;
        var workload = new SyntheticWorkload
        {
            Rate = 1,
            Requests = 1,
            LengthsOf = parse.GetValue(_trace) is { } file ? TraceFile.Read(file, seed) : [],
            Seed = seed,
        };
        return workload with
        {
            Prompt = parse.GetValue(_prompt) ?? workload.Prompt,
            Output = parse.GetValue(_output) ?? workload.Output,
        };
    }
}
