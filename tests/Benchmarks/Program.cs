using System.CommandLine;
using System.Text.Json;
using Baton.Benchmarks.Autoscale;
using Baton.Benchmarks.EndToEnd;
using Baton.Benchmarks.Engine;
using Baton.Benchmarks.Handoff;
using Baton.Benchmarks.Server;
using Baton.Benchmarks.Tokenizer;
using Baton.Engine.Torch;

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

var engineModel = new Option<string?>("--model") { Description = "A model folder." };
var shape = new Option<string>("--shape")
{
    Description = "Without a folder: random weights of this shape (15m, 42m, 110m, 110m-gqa, 0.5b).",
    DefaultValueFactory = _ => "15m",
};
var threads = new Option<int>("--threads") { Description = "Engine threads.", DefaultValueFactory = _ => 1 };
var weights = new Option<WeightFormat>("--weights") { Description = "Weights in memory.", DefaultValueFactory = _ => WeightFormat.Auto };
var decodePrompt = new Option<int>("--decode-prompt")
{
    Description = "Tokens of the prompts that decode.",
    DefaultValueFactory = _ => 16,
};
decodePrompt.Validators.Add(v =>
{
    if (v.GetValueOrDefault<int>() is < 1 or > 1 << 20)
        v.AddError("--decode-prompt must be from 1 to 1048576.");
});
var backends = new Option<string[]>("--backends")
{
    Description = "Kernels of our own, torch's operators, or both.",
    DefaultValueFactory = _ => ["cpu", "torch"],
    AllowMultipleArgumentsPerToken = true,
};
backends.AcceptOnlyFromAmong("cpu", "torch");
var kvFormat = new Option<KvFormat>("--kv-format") { Description = "KV in memory.", DefaultValueFactory = _ => KvFormat.F32 };
var llama = new Option<string?>("--llama") { Description = "A folder with libllama.so and its backends, to measure llama.cpp in turn." };
shape.AcceptOnlyFromAmong("15m", "42m", "110m", "110m-gqa", "0.5b");
threads.Validators.Add(v =>
{
    if (v.GetValueOrDefault<int>() is < 1 or > 1024)
        v.AddError("--threads must be from 1 to 1024.");
});
var engine = new Command("engine", "Tokens a second of each backend of the engine, beside what the machine can do.")
{
    engineModel,
    shape,
    threads,
    weights,
    kvFormat,
    decodePrompt,
    backends,
    repetitions,
    llama,
};
engine.SetAction(parsed =>
{
    var folder = parsed.GetValue(engineModel) ?? SyntheticModel.Folder(parsed.GetValue(shape)!);
    var benchmark = new EngineBenchmark(
        folder, parsed.GetValue(threads), parsed.GetValue(weights), parsed.GetValue(kvFormat),
        parsed.GetValue(decodePrompt), parsed.GetValue(backends)!, parsed.GetValue(repetitions), parsed.GetValue(llama));
    try
    {
        Print(benchmark.Run());
        return 0;
    }
    catch (ModelFormatException e)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
});

var clients = new Option<int[]>("--clients")
{
    Description = "How many requests run at once.",
    DefaultValueFactory = _ => [8, 32],
    AllowMultipleArgumentsPerToken = true,
};
clients.Validators.Add(v =>
{
    if (v.GetValueOrDefault<int[]>()?.Any(n => n is < 1 or > 256) == true)
        v.AddError("--clients must be from 1 to 256.");
});
var server = new Command("server", "Output tokens a second through HTTP, beside the engine by itself with the same work.")
{
    engineModel,
    shape,
    threads,
    clients,
    repetitions,
};
server.SetAction(async (parsed, _) =>
{
    var folder = parsed.GetValue(engineModel) ?? SyntheticModel.Folder(parsed.GetValue(shape)!);
    try
    {
        Print(await new ServerBenchmark(
            folder, parsed.GetValue(threads), parsed.GetValue(clients)!, parsed.GetValue(repetitions)).RunAsync());
        return 0;
    }
    catch (ModelFormatException e)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 2;
    }
});

var tokenizerModel = new Option<string>("--model") { Description = "A folder with tokenizer.json.", Required = true };
var text = new Option<string>("--text") { Description = "A UTF-8 file, as it is or packed (.gz).", Required = true };
var tokenizer = new Command("tokenizer", "Megabytes of text a second, to tokens and back.") { tokenizerModel, text, repetitions };
tokenizer.SetAction(parsed =>
{
    try
    {
        Print(new TokenizerBenchmark(
            parsed.GetValue(tokenizerModel)!, parsed.GetValue(text)!, parsed.GetValue(repetitions)).Run());
        return 0;
    }
    catch (Exception e) when (e is ModelFormatException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(e.Message);
        return 2;
    }
});

var port = new Argument<int>("port");
var plane = new Argument<string>("plane");
var peer = new Command(Peer.Verb, "The other process of the handoff benchmark.") { port, plane };
peer.Hidden = true;
peer.SetAction((parsed, _) => Peer.RunAsync(parsed.GetValue(port), parsed.GetValue(plane)!));

var line = new RootCommand("Measures Baton beside a baseline in the same run.") { handoff, endToEnd, autoscale, engine, server, tokenizer, peer }.Parse(args);
if (line.Errors is [var wrong, ..])
{
    await Console.Error.WriteLineAsync($"{wrong.Message} See --help.");
    return 2;
}

return await line.InvokeAsync();

static void Print(Dictionary<string, double> results) =>
    Console.WriteLine(JsonSerializer.Serialize(results.ToDictionary(r => r.Key, r => Math.Round(r.Value, 3))));
