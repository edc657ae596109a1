using System.Diagnostics;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Grains.Placement;

namespace Baton.Host.Hosting;

/// <summary>
/// A place for one worker process: started, started again when it dies, until it is told to leave. What dies again and again
/// is started at growing intervals. Each start has a fresh name: the dead one stays visible beside its successor.
/// </summary>
internal sealed class WorkerSlot(
    WorkerRole role, Func<string> nextNode, Func<string, Process> start, TimeProvider time, ILogger<LocalWorkers> logger)
    : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    // Longer than a drain may take.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new();
    private OrderedWorker _state = new(
        NodeName.Worker(role, nextNode()), role, OrderState.Starting, time.GetUtcNow(), null, "is being started");

    public WorkerRole Role => role;

    public OrderedWorker State
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    public bool IsLeaving => State.State == OrderState.Leaving;

    /// <summary>Keeps a worker up until it leaves or the host stops; its last exit code, where there was one.</summary>
    /// <param name="mayNeverStart">Whether to go on after it has said that it can never start.</param>
    /// <param name="stopping">The host's end.</param>
    public async Task<int?> KeepAsync(Func<bool> mayNeverStart, CancellationToken stopping)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, _ended.Token);
        var pause = FirstPause;
        while (true)
        {
            var started = time.GetTimestamp();
            var exitCode = await RunAsync(either.Token);
            if (either.IsCancellationRequested || IsLeaving || exitCode == BatonHost.NotToBeReplaced
                || (exitCode == BatonHost.CannotStart && !mayNeverStart()))
            {
                return exitCode;
            }

            pause = time.GetElapsedTime(started) > Settled ? FirstPause : pause;
            Fail(exitCode);
            await Task.Delay(pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            if (either.IsCancellationRequested)
            {
                return exitCode;
            }
        }
    }

    /// <summary>It is not to be replaced.</summary>
    /// <param name="drains">Whether it has been told so itself, and ends when it has drained.</param>
    public void Leave(bool drains)
    {
        OrderState before;
        lock (_gate)
        {
            before = _state.State;
            _state = _state with { State = OrderState.Leaving, Since = time.GetUtcNow(), Detail = "leaves" };
        }

        if (before != OrderState.Leaving && (before != OrderState.Running || !drains))
        {
            _ended.Cancel();
        }
    }

    /// <summary>After it has been kept to its end.</summary>
    public void Dispose() => _ended.Dispose();

    /// <summary>Runs a worker to its end; its exit code, or null when it was made to end.</summary>
    private async Task<int?> RunAsync(CancellationToken stopping)
    {
        var name = State.Name;
        using var process = start(name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..]);
        logger.WorkerStarted(name, process.Id);
        Update(s => s with
        {
            ProcessId = process.Id,
            State = s.State == OrderState.Failed ? OrderState.Starting : s.State,
        });
        process.OutputDataReceived += (_, line) => Said(name, line.Data);
        process.BeginOutputReadLine();
        try
        {
            await process.WaitForExitAsync(stopping);
            logger.WorkerEnded(name, process.ExitCode);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
            return null;
        }
    }

    private void Said(string name, string? line)
    {
        if (line?.StartsWith("ready", StringComparison.Ordinal) == true)
        {
            Update(s => s.State == OrderState.Starting
                ? s with { State = OrderState.Running, Since = time.GetUtcNow(), Detail = "runs" }
                : s);
        }

        logger.WorkerSaid(name, line);
    }

    // The next one's name, so that nobody takes the dead one for it.
    private void Fail(int? exitCode) => Update(s => s with
    {
        Name = NodeName.Worker(role, nextNode()),
        State = s.State == OrderState.Leaving ? OrderState.Leaving : OrderState.Failed,
        Since = s.State == OrderState.Running ? time.GetUtcNow() : s.Since,
        ProcessId = null,
        Detail = $"{s.Name} ended with exit code {exitCode}; starts again",
    });

    private void Update(Func<OrderedWorker, OrderedWorker> change)
    {
        lock (_gate)
        {
            _state = change(_state);
        }
    }

    private async Task StopAsync(Process process)
    {
        // It drains.
        Signals.Terminate(process.Id);
        try
        {
            await process.WaitForExitAsync().WaitAsync(StopTimeout, time);
        }
        catch (TimeoutException)
        {
            process.Kill();
        }
    }
}
