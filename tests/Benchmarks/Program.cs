using System.CommandLine;
using System.Text.Json;
using Baton.Benchmarks.Autoscale;
using Baton.Benchmarks.EndToEnd;
using Baton.Benchmarks.Handoff;

var repetitions = new Option<int>("--repetitions")
{
    Description = "How often each figure is measured.",
    DefaultValueFactory = _ => 7,
};
var megabytes = new Option<int>("--megabytes")
{
    Description = "How much each measurement moves, in MiB.",
    DefaultValueFactory = _ => 1024,
};
var handoff = new Command("handoff", "The KV handoff between two processes, beside raw sockets and a memory copy.")
{
    repetitions,
    megabytes,
};
handoff.SetAction(async (parsed, _) =>
    Print(await new HandoffBenchmark(parsed.GetValue(repetitions), parsed.GetValue(megabytes)).RunAsync()));

var model = new Option<string?>("--model") { Description = "A model folder; the built-in model with a longer context without." };
var endToEnd = new Command("handoff-e2e", "What the handoff costs a client, beside one worker that does both.")
{
    repetitions,
    model,
};
endToEnd.SetAction(async (parsed, _) =>
    Print(await new EndToEndBenchmark(parsed.GetValue(model), parsed.GetValue(repetitions)).RunAsync()));

var trace = new Option<string?>("--trace") { Description = "A request trace to scale with instead: an hour of it in ten minutes." };
var share = new Option<double>("--share")
{
    Description = "Share of the trace's requests that is sent.",
    DefaultValueFactory = _ => 0.15,
};
var autoscale = new Command("autoscale", "Worker processes that come and go with the load, each phase by itself.") { trace, share };
autoscale.SetAction(async (parsed, _) => Print(parsed.GetValue(trace) is { } file
    ? await new TraceScaling(file, parsed.GetValue(share)).RunAsync()
    : await StepScaling.RunAsync()));

var port = new Argument<int>("port");
var plane = new Argument<string>("plane");
var peer = new Command(Peer.Verb, "The other process of the handoff benchmark.") { port, plane };
peer.Hidden = true;
peer.SetAction((parsed, _) => Peer.RunAsync(parsed.GetValue(port), parsed.GetValue(plane)!));

var line = new RootCommand("Measures Baton beside a baseline in the same run.") { handoff, endToEnd, autoscale, peer }.Parse(args);
if (line.Errors is [var wrong, ..])
{
    await Console.Error.WriteLineAsync($"{wrong.Message} See --help.");
    return 2;
}

return await line.InvokeAsync();

static void Print(Dictionary<string, double> results) =>
    Console.WriteLine(JsonSerializer.Serialize(results.ToDictionary(r => r.Key, r => Math.Round(r.Value, 3))));
