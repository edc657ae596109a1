using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Engine.Torch.Templates;
using Baton.Grains.Gateways;
using Baton.Host.Api;
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
    StandbyCatchUp standby,
    WorkerRegistry workers,
    IEnumerable<ServedModel> served,
    IHostApplicationLifetime lifetime,
    TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>What a process says that has workers and is no gateway.</summary>
    public static string Of(params IEnumerable<string> workers) => $"ready: {string.Join(", ", workers)}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        if (workers.All.Count < node.Workers.Count)
        {
            // Its model did not load, and the process is about to say so.
            return;
        }

        if (!node.IsGateway)
        {
            await output.WriteLineAsync(Of(workers.All.Select(w => w.Id.Name)));
            return;
        }

        // A gateway that has its workers with it is ready when they are; one that is joined by others, when it serves.
        while (OwnWorkersAreStarting() || !standby.IsDone)
        {
            await view.Changed.WaitAsync(Look, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }

        await Introduce();
    }

    private bool OwnWorkersAreStarting()
    {
        var here = new PhaseCounts(
            settings.Workers.Contains(WorkerRole.Prefill) ? 1 : 0, settings.Workers.Contains(WorkerRole.Decode) ? 1 : 0);
        var children = settings.LocalWorkers ?? default;
        if (settings.Autoscale != Autoscale.None)
        {
            // More than the least may have gone again before all have come.
            var least = settings.Planner.Min;
            children = new PhaseCounts(Math.Min(children.Prefill, least.Prefill), Math.Min(children.Decode, least.Decode));
        }

        return Ready(WorkerRole.Prefill) < here.Prefill + children.Prefill
            || Ready(WorkerRole.Decode) < here.Decode + children.Decode;
    }

    private int Ready(WorkerRole role) => view.Workers().Count(w => w.Role == role && w.State == WorkerState.Ready);

    private async Task Introduce()
    {
        var url = node.Url.TrimEnd('/');
        var model = Path.GetFileName(settings.Model);
        await output.WriteLineAsync($"model    {model}");
        await output.WriteLineAsync($"address  {node.Url}");
        foreach (var refusing in served.Select(s => s.Template).OfType<RefusingTemplate>())
        {
            await output.WriteLineAsync($"note     chats are refused: the model's chat template cannot be used: {refusing.Reason}");
        }

        await output.WriteLineAsync(
            $$"""try      curl -N {{url}}/v1/chat/completions -H 'Content-Type: application/json' -d '{"model":"{{model}}","messages":[{"role":"user","content":"Tell me a story about a dragon."}],"stream":true}'""");
        await output.WriteLineAsync($"ready: {node.Url}");
        await output.FlushAsync(CancellationToken.None);
    }
}
