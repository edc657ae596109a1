using System.Diagnostics;
using System.Globalization;
using Baton.Cli;
using Baton.Cli.Benching;
using Baton.Simulator;
using Baton.Simulator.Workloads;
using Baton.Testing;

namespace Baton.Benchmarks.Server;

/// <summary>
/// Output tokens a second that clients of a host get over HTTP as server-sent events, beside an engine that has the same
/// requests without a host around it: alone, and on a machine that is as busy besides as host and clients keep it.
/// </summary>
internal sealed class ServerBenchmark(string folder, int threads, int[] clients, int repetitions)
{
    private const int RequestsAClient = 6;
    private static readonly SloTarget Slo = new(TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));

    private readonly Dictionary<string, Samples> _samples = [];

    public async Task<Dictionary<string, double>> RunAsync()
    {
        await using var engine = new EngineAlone(folder, threads);
        await using var host = await HostProcess.StartAsync(
            "--model", folder, "--threads", threads.ToString(CultureInfo.InvariantCulture), "--disaggregate", "never");
        using var http = new HttpClient { BaseAddress = new Uri(host.Url), Timeout = Timeout.InfiniteTimeSpan };
        var client = new BenchClient(
            http,
            await ServedModel.AskAsync(http, CancellationToken.None),
            await PromptSource.AskAsync(http, 0, CancellationToken.None),
            TimeProvider.System);
        using var process = Process.GetProcessById(host.Id);
        for (var round = 0; round <= repetitions; round++)
        {
            await Console.Error.WriteLineAsync(round == 0 ? "warming up" : $"round {round} of {repetitions}");

            // In turn: what slows the machine for a while slows all of them. The first round warms up.
            foreach (var atOnce in clients)
                await MeasureAsync(engine, client, process, new ClosedLoop(atOnce, atOnce * RequestsAClient));

            if (round == 0 && repetitions > 0)
                _samples.Clear();
        }

        return _samples.ToDictionary(s => s.Key, s => s.Value.Median);
    }

    private async Task MeasureAsync(EngineAlone engine, BenchClient client, Process host, ClosedLoop work)
    {
        var alone = work.Tokens / (await engine.RunAsync(work)).TotalSeconds;
        var before = Used(host);
        var arrivals = Enumerable.Repeat(new Arrival(TimeSpan.Zero, ClosedLoop.PromptTokens, ClosedLoop.OutputTokens), work.Requests);
        var (requests, took) = await new BenchRun(client, work.AtOnce, TextWriter.Null, TimeProvider.System)
            .RunAsync(arrivals, CancellationToken.None);
        var report = BenchReport.Of(requests, took, Slo);
        if (report.Completed != work.Requests)
            throw new InvalidOperationException(report.ToText());

        // The engine keeps its threads busy all the time; the rest is what serving takes.
        var processors = (Used(host) - before) / took;
        var others = Math.Clamp(processors - threads, 0.01, Environment.ProcessorCount);
        using var neighbour = new Neighbour(others);
        var beside = work.Tokens / (await engine.RunAsync(work)).TotalSeconds;
        Add(work, "engine", alone);
        Add(work, "engineBeside", beside);
        Add(work, "http", report.TokensPerSecond);
        Add(work, "httpShareOfEngine", report.TokensPerSecond / alone);
        Add(work, "httpShareOfEngineBeside", report.TokensPerSecond / beside);
        Add(work, "processorsUsed", processors);
    }

    private static TimeSpan Used(Process host)
    {
        host.Refresh();
        return host.TotalProcessorTime + Environment.CpuUsage.TotalTime;
    }

    private void Add(ClosedLoop work, string figure, double value)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"clients{work.AtOnce}.{figure}");
        if (!_samples.TryGetValue(name, out var samples))
            _samples.Add(name, samples = new Samples());

        samples.Add(value);
    }
}
