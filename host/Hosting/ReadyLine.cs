using Baton.Grains.Gateways;
using Baton.Host.Options;
using Baton.Silo.Nodes;
using Baton.Silo.Workers;

namespace Baton.Host.Hosting;

/// <summary>Tells the user that the process serves, what, where, and what to try.</summary>
internal sealed class ReadyLine(
    TextWriter output,
    NodeOptions node,
    HostSettings settings,
    ClusterView view,
    WorkerRegistry workers,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        if (!node.IsGateway)
        {
            await output.WriteLineAsync($"ready: {string.Join(", ", workers.All.Select(w => w.Id.Name))}");
            return;
        }

        // A gateway that has its workers with it is ready when they are; one that is joined by others, when it serves.
        while (OwnWorkersAreStarting())
        {
            await view.Changed.WaitAsync(TimeSpan.FromSeconds(1), time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }

        await Introduce();
    }

    private bool OwnWorkersAreStarting() =>
        (settings.LocalWorkers is not null || settings.Workers.Count == 2) && HealthEndpoints.MissingPhase(view) is not null;

    private async Task Introduce()
    {
        var model = Path.GetFileName(settings.Model);
        await output.WriteLineAsync($"model    {model}");
        await output.WriteLineAsync($"address  {node.Url}");
        await output.WriteLineAsync(
            $$"""try      curl -N {{node.Url}}/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"{{model}}","messages":[{"role":"user","content":"Tell me a story about a dragon."}],"stream":true}'""");
        await output.WriteLineAsync($"ready: {node.Url}");
        await output.FlushAsync(CancellationToken.None);
    }
}
