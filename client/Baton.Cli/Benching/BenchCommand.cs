using System.CommandLine;
using Baton.Cli.Simulating;

namespace Baton.Cli.Benching;

/// <summary>baton bench: a trace or random load against a cluster that runs.</summary>
internal static class BenchCommand
{
    private const int DefaultRequests = 100;
    private const int MostAtOnce = 4096;

    public static Command Create(Terminal terminal)
    {
        var command = new Command(
            "bench", "Send a cluster a trace or random load, when it is due, and measure what clients see.");
        var gateway = new GatewayOptions(command);
        var workload = new WorkloadOptions(command, DefaultRequests);
        var slo = new SloOptions(command);
        var atOnce = Numbers.Option("--max-at-once", $"Requests that run at a time; later ones wait [{MostAtOnce}].", 1, 100_000);
        command.Options.Add(atOnce);
        command.SetAction(async (parse, cancellationToken) =>
        {
            var target = slo.Target(parse);
            var arrivals = workload.Arrivals(parse);
            using var http = gateway.Http(parse);
            http.Timeout = Timeout.InfiniteTimeSpan;
            var model = await ServedModel.AskAsync(http, cancellationToken);
            var prompts = await PromptSource.AskAsync(http, workload.Seed(parse), cancellationToken);
            var client = new BenchClient(http, model, prompts, TimeProvider.System);
            var run = new BenchRun(client, parse.GetValue(atOnce) ?? MostAtOnce, terminal.Error, TimeProvider.System);
            var (requests, took) = await run.RunAsync(arrivals, cancellationToken);
            var report = BenchReport.Of(requests, took, target);
            await terminal.Out.WriteLineAsync(gateway.Json(parse) ? report.ToJson() : report.ToText());
            return report.Failed == 0 ? 0 : BatonCommand.Failed;
        });
        return command;
    }
}
