using Baton.Cli.Benching;
using Baton.Core.Costs;
using Baton.Simulator;
using Baton.Simulator.Workloads;
using Baton.Testing;

namespace Baton.Benchmarks.Autoscale;

/// <summary>A gateway that scales its workers, and load for it. Its engines are simulated: DistServe's OPT-13B on an A100.</summary>
internal sealed class ScalingHost : IAsyncDisposable
{
    private const int AtOnce = 4096;

    public static readonly SloTarget Slo = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(50));

    private readonly HostProcess _host;
    private readonly HttpClient _load;

    private ScalingHost(HostProcess host)
    {
        _host = host;
        _load = new HttpClient { BaseAddress = new Uri(host.Url), Timeout = Timeout.InfiniteTimeSpan };
        Record = new ScaleRecord(host.Client, TimeProvider.System);
    }

    public ScaleRecord Record { get; }

    public static async Task<ScalingHost> StartAsync()
    {
        var profile = Path.Combine(Path.GetTempPath(), $"baton-profile-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(profile, ProfileFile.Text(ProfileFile.Load("opt-13b") with { StartSeconds = 3 }));
        var scaling = new ScalingHost(await HostProcess.StartAsync(
            "--engine", "simulated", "--sim-profile", profile, "--autoscale", "process",
            "--slo-ttft", "500ms", "--slo-tpot", "50ms"));
        scaling.Record.Start();
        await scaling.Record.WaitAsync(() => ScaleRecord.Phases.All(p => scaling.Record.Ready(p) == 1), TimeSpan.FromMinutes(1));
        return scaling;
    }

    public async Task<BenchReport> LoadAsync(IEnumerable<Arrival> arrivals)
    {
        var prompts = await PromptSource.AskAsync(_load, 0, CancellationToken.None);
        var model = await Cli.ServedModel.AskAsync(_load, CancellationToken.None);
        var run = new BenchRun(new BenchClient(_load, model, prompts, TimeProvider.System), AtOnce, TextWriter.Null, TimeProvider.System);
        var (requests, took) = await run.RunAsync(arrivals, CancellationToken.None);
        return BenchReport.Of(requests, took, Slo);
    }

    public async ValueTask DisposeAsync()
    {
        await Record.DisposeAsync();
        _load.Dispose();
        await _host.DisposeAsync();
    }
}
