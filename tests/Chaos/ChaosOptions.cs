using System.CommandLine;

namespace Baton.Chaos;

/// <summary>What a run is to do.</summary>
internal sealed record ChaosOptions(
    int Seconds, int Streams, int Tokens, int Every, Fault[] Faults, int StopSeconds, int Seed, bool Verbose)
{
    private static readonly Option<int> SecondsOption = Number("--seconds", "How long to disturb.", 120, 5, 86_400);
    private static readonly Option<int> StreamsOption = Number("--streams", "Streams at a time.", 100, 1, 2000);
    private static readonly Option<int> TokensOption = Number("--tokens", "Tokens of each stream.", 128, 2, 2000);
    private static readonly Option<int> EveryOption = Number("--every", "Seconds from one fault to the next.", 10, 1, 3600);
    private static readonly Option<int> StopSecondsOption = Number("--stop-seconds", "How long a hang lasts.", 20, 1, 600);
    private static readonly Option<int> SeedOption = Number("--seed", "Of prompts and faults.", 1, int.MinValue, int.MaxValue);

    private static readonly Option<bool> VerboseOption = new("--verbose")
    {
        Description = "At the end, also what the processes wrote, to standard error.",
    };

    private static readonly Option<Fault[]> FaultsOption = new("--faults")
    {
        Description = "Any of kill (a worker), drain (ask a worker to leave), gateway (kill one), leave (ask a gateway to), hang (stop a worker), redis (away for 10 s), drop (clients), cancel (clients), or none.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [Fault.Kill, Fault.Gateway],
    };

    public static RootCommand Command(Func<ChaosOptions, Task<int>> run)
    {
        var command = new RootCommand(
            "Streams answers from two gateways, two prefill and two decode workers, all processes of their own joined by "
            + "Redis, while it breaks them. Prints one line of JSON: what failed, what was wrong, how long clients waited. "
            + "Exit code 0 if no request failed and every token was right. For Linux; the engine is simulated.")
        {
            SecondsOption, StreamsOption, TokensOption, EveryOption, FaultsOption, StopSecondsOption, SeedOption, VerboseOption,
        };
        command.SetAction((parsed, _) => run(new ChaosOptions(
            parsed.GetValue(SecondsOption), parsed.GetValue(StreamsOption), parsed.GetValue(TokensOption),
            parsed.GetValue(EveryOption), parsed.GetValue(FaultsOption)!, parsed.GetValue(StopSecondsOption),
            parsed.GetValue(SeedOption), parsed.GetValue(VerboseOption))));
        return command;
    }

    private static Option<int> Number(string name, string description, int standard, int least, int most)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < least || result.GetValueOrDefault<int>() > most)
            {
                result.AddError($"{name}: must be from {least} to {most}.");
            }
        });
        return option;
    }
}

/// <summary>What is done to the cluster.</summary>
internal enum Fault
{
    /// <summary>Nothing: how memory and silences are when all is well.</summary>
    None,

    /// <summary>kill -9 of a worker; another takes its place.</summary>
    Kill,

    /// <summary>SIGTERM to a worker: what decodes there moves; another takes its place.</summary>
    Drain,

    /// <summary>kill -9 of a gateway; another takes its place.</summary>
    Gateway,

    /// <summary>SIGTERM to a gateway: what it runs goes on at another, and it is replaced.</summary>
    Leave,

    /// <summary>SIGSTOP of a worker for a while.</summary>
    Hang,

    /// <summary>Redis away for ten seconds.</summary>
    Redis,

    /// <summary>Clients that lose their connection at random and come back; all the time.</summary>
    Drop,

    /// <summary>Clients that cancel at random; all of them.</summary>
    Cancel,
}
