using Baton.Simulator.Workloads;

namespace Baton.Benchmarks.Autoscale;

/// <summary>
/// A minute of long prompts, quiet, a minute of long outputs, quiet, each half as much again as one worker can do: each is to
/// grow one phase alone.
/// </summary>
internal static class StepScaling
{
    private static readonly TimeSpan Quiet = TimeSpan.FromMinutes(4);

    public static async Task<Dictionary<string, double>> RunAsync()
    {
        await using var host = await ScalingHost.StartAsync();
        var results = new Dictionary<string, double>();

        // Processes that have just started compile their code as the first requests come, and nobody scales one that young.
        await host.LoadAsync(Load(rate: 4, TimeSpan.FromSeconds(30), prompt: 64, output: 8));
        await StepAsync(host, "prompts", "prefill", rate: 22, prompt: 512, output: 8, results);
        await StepAsync(host, "outputs", "decode", rate: 7, prompt: 64, output: 500, results);
        results["swings"] = ScaleRecord.Phases.Sum(host.Record.Swings);
        return results;
    }

    private static async Task StepAsync(
        ScalingHost host, string name, string grows, double rate, int prompt, int output, Dictionary<string, double> results)
    {
        var from = host.Record.Now;
        await Console.Error.WriteLineAsync($"{name}: {rate} requests a second of {prompt} tokens in and {output} out");
        var report = await host.LoadAsync(Load(rate, TimeSpan.FromMinutes(1), prompt, output));
        await Console.Error.WriteLineAsync(report.ToText());
        var other = grows == "prefill" ? "decode" : "prefill";
        results[$"{name}Failed"] = report.Failed + report.Rejected;
        results[$"{name}FirstWorkerSeconds"] = host.Record.UntilMore(grows, from)?.TotalSeconds ?? double.NaN;
        results[$"{name}Most"] = host.Record.Most(grows, from);
        results[$"{name}MostOfTheOther"] = host.Record.Most(other, from);
        var ended = host.Record.Now;
        var back = await host.Record.WaitAsync(() => ScaleRecord.Phases.All(p => host.Record.Ready(p) == 1), Quiet);
        results[$"{name}BackSeconds"] = back ? (host.Record.Now - ended).TotalSeconds : double.NaN;
    }

    private static IEnumerable<Arrival> Load(double rate, TimeSpan length, int prompt, int output) => new SyntheticWorkload
    {
        Rate = rate,
        Requests = (int)(rate * length.TotalSeconds),
        Prompt = new Lengths.Fixed(prompt),
        Output = new Lengths.Fixed(output),
        Seed = 1,
    }.Arrivals();
}
