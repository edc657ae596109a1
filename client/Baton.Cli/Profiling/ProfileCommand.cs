using System.CommandLine;
using System.Globalization;
using Baton.Cli.Benching;
using Baton.Core.Costs;

namespace Baton.Cli.Profiling;

/// <summary>baton profile: measures what a cluster's workers cost, for planner and simulator.</summary>
internal static class ProfileCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "profile",
            "Measure what a worker's steps cost: prompts of growing length one by one, conversations whose earlier turns are cached, then growing batches. The cluster should be idle.");
        var gateway = new GatewayOptions(command);
        var file = new Option<string?>("--out") { Description = "File for the profile [none].", HelpName = "FILE" };
        var name = new Option<string?>("--name") { Description = "Name of the profile [that of the model].", HelpName = "NAME" };
        var longest = Numbers.Option("--max-prompt", "Longest prompt [1024].", 16, 1 << 20);
        var batch = Numbers.Option("--max-batch", "Largest batch [32].", 1, 1024);
        var seed = Numbers.Option("--seed", "Of the prompts [0].", 0, int.MaxValue);
        foreach (var option in new Option[] { file, name, longest, batch, seed })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parse, cancellationToken) =>
        {
            using var http = gateway.Http(parse);
            http.Timeout = Timeout.InfiniteTimeSpan;
            var model = await ServedModel.AskAsync(http, cancellationToken);
            var prompts = await PromptSource.AskAsync(http, parse.GetValue(seed) ?? 0, cancellationToken);
            var client = new BenchClient(http, model, prompts, TimeProvider.System);
            var sweep = new Sweep(client, parse.GetValue(longest) ?? 1024, parse.GetValue(batch) ?? 32, terminal.Error, TimeProvider.System);
            await sweep.RunAsync(cancellationToken);
            var measured = await MeasuredWorkers.AskAsync(http, cancellationToken);
            var profile = measured.Profile with { Name = parse.GetValue(name) ?? model };
            if (parse.GetValue(file) is { } path)
            {
                await File.WriteAllTextAsync(path, ProfileFile.Text(profile) + "\n", cancellationToken);
            }

            await terminal.Out.WriteLineAsync(gateway.Json(parse) ? ProfileFile.Text(profile) : Text(profile, measured));
            return 0;
        });
        return command;
    }

    private static string Text(WorkerProfile profile, MeasuredWorkers measured) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        {profile.Name}
        prefill   {profile.PrefillConstant:0.###} ms + {profile.PrefillLinear:0.####} a token + {profile.PrefillSquares:0.###e+0} a square; {measured.PrefillSteps} steps, off by {measured.PrefillError * 100:0.0} % (median)
        decode    {profile.DecodeConstant:0.###} ms + {profile.DecodePerSequence:0.####} a sequence + {profile.DecodePerToken:0.###e+0} a position; {measured.DecodeSteps} steps, off by {measured.DecodeError * 100:0.0} %
        prompts   128 tokens {Ms(profile, 128):0.0} ms, 512 {Ms(profile, 512):0.0} ms, 1024 {Ms(profile, 1024):0.0} ms
        batches   1 {Step(profile, 1):0.0} ms a token, 8 {Step(profile, 8):0.0} ms, 32 {Step(profile, 32):0.0} ms, at 256 positions each
        """);

    private static double Ms(WorkerProfile profile, int tokens) => profile.PrefillMs(StepWork.Prompt(tokens));

    private static double Step(WorkerProfile profile, int sequences) =>
        profile.StepMs(StepWork.Decode(sequences, sequences * 256L), profile.KvTokens);
}
