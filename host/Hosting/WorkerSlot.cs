using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Core.Planning;
using Baton.Grains.Placement;

namespace Baton.Host.Hosting;

/// <summary>
/// A place for one worker process: started, started again when it dies, until it is told to leave. What dies again and again
/// is started at growing intervals. Each start has a fresh name: the dead one stays visible beside its successor. So has
/// a process that goes on in the other role.
/// </summary>
internal sealed class WorkerSlot(
    WorkerRole role, Func<string> nextNode, Func<WorkerRole, string, Process> start, TimeProvider time, ILogger<LocalWorkers> logger)
    : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    // Longer than a drain may take.
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(25);

    /// <summary>From the order to change its role until a process is given up that has not: as long as a drain and a start.</summary>
    public static readonly TimeSpan ConvertTimeout = DrainTime.Longest + TimeSpan.FromSeconds(25);

    /// <summary>From the order to leave until a process is ended that has not: longer than a drain may take.</summary>
    public static readonly TimeSpan LeaveTimeout = DrainTime.Longest + TimeSpan.FromSeconds(15);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ended = new(Timeout.InfiniteTimeSpan, time);

    // Of the process that runs; it fires when a conversion takes too long, or the process hangs.
    private CancellationTokenSource? _late;
    private volatile bool _isConverting;
    private volatile bool _hangs;
    private OrderedWorker _state = new(
        NodeName.Worker(role, nextNode()), role, OrderState.Starting, time.GetUtcNow(), null, "is being started");

    public WorkerRole Role => State.Role;

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

    /// <summary>Whether a worker has run here.</summary>
    public bool HasRun { get; private set; }

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
            var (exitCode, why) = await RunAsync(either.Token);

            // One that was to come back in the other role and leaves instead is wanted there.
            if (either.IsCancellationRequested || IsLeaving || (exitCode == BatonHost.NotToBeReplaced && !_isConverting)
                || (exitCode == BatonHost.CannotStart && !mayNeverStart()))
            {
                return exitCode;
            }

            pause = time.GetElapsedTime(started) > Settled ? FirstPause : pause;
            Fail(why);
            await Task.Delay(pause, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            if (either.IsCancellationRequested)
            {
                return exitCode;
            }
        }
    }

    /// <summary>
    /// Its worker has been told to change its role, or will be: from now on it counts there, as one that starts. If it does not
    /// come back in time, another process is started in its place.
    /// </summary>
    public void Convert()
    {
        lock (_gate)
        {
            // The cluster may have seen it ready before its line was read here.
            if (_state is not { State: OrderState.Running or OrderState.Starting, ProcessId: not null })
            {
                return;
            }

            var next = _state.Role == WorkerRole.Prefill ? WorkerRole.Decode : WorkerRole.Prefill;
            var name = NodeName.Worker(next, NodeName.NextLife(NodeOf(_state.Name)));
            logger.WorkerConverts(_state.Name, name);
            _state = _state with
            {
                Name = name,
                Role = next,
                State = OrderState.Starting,
                Since = time.GetUtcNow(),
                Detail = $"{_state.Name} drains and goes on as this",
            };
            _isConverting = true;
            _late?.CancelAfter(ConvertTimeout);
        }
    }

    /// <summary>Its process does nothing any more, and has not ended: it is ended, and another is started in its place.</summary>
    public void Replace()
    {
        lock (_gate)
        {
            if (_late is { } late)
            {
                logger.WorkerHangs(_state.Name);
                _hangs = true;
                late.Cancel();
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

        if (before == OrderState.Leaving)
        {
            return;
        }

        if (before == OrderState.Running && drains)
        {
            _ended.CancelAfter(LeaveTimeout);
        }
        else
        {
            _ended.Cancel();
        }
    }

    /// <summary>After it has been kept to its end.</summary>
    public void Dispose() => _ended.Dispose();

    /// <summary>Runs a worker to its end; its exit code, or null when it was made to end or could not be started.</summary>
    private async Task<(int? ExitCode, string Why)> RunAsync(CancellationToken stopping)
    {
        var (name, role) = (State.Name, State.Role);
        using var process = Start(role, name, out var why);
        if (process is null)
        {
            return (null, why);
        }

        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, late.Token);
        logger.WorkerStarted(name, process.Id);
        Began(process.Id, late);
        process.OutputDataReceived += (_, line) => Said(line.Data);
        process.BeginOutputReadLine();
        try
        {
            await process.WaitForExitAsync(either.Token);
            logger.WorkerEnded(name, process.ExitCode);
            return (process.ExitCode, string.Create(CultureInfo.InvariantCulture, $"ended with exit code {process.ExitCode}"));
        }
        catch (OperationCanceledException)
        {
            if (!stopping.IsCancellationRequested && !_hangs)
            {
                logger.WorkerDidNotConvert(State.Name);
            }

            await StopAsync(process, atOnce: _hangs);
            return (null, _hangs ? "hung" : "did not change its role in time");
        }
        finally
        {
            lock (_gate)
            {
                _late = null;
            }
        }
    }

    private Process? Start(WorkerRole role, string name, out string why)
    {
        why = "";
        try
        {
            return start(role, NodeOf(name));
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            // The machine may have room for one more process later.
            logger.WorkerCannotStart(name, e.Message);
            why = $"could not be started ({e.Message})";
            return null;
        }
    }

    private void Began(int process, CancellationTokenSource late)
    {
        lock (_gate)
        {
            (_late, _isConverting, _hangs) = (late, false, false);
            _state = _state with
            {
                ProcessId = process,
                State = _state.State == OrderState.Failed ? OrderState.Starting : _state.State,
            };
        }
    }

    private void Said(string? line)
    {
        logger.WorkerSaid(State.Name, line);
        lock (_gate)
        {
            // By its name: what it said in its life before comes late, maybe.
            if (_state.State == OrderState.Starting && line == ReadyLine.Of(_state.Name))
            {
                (_isConverting, HasRun) = (false, true);
                _late?.CancelAfter(Timeout.InfiniteTimeSpan);
                _state = _state with { State = OrderState.Running, Since = time.GetUtcNow(), Detail = "runs" };
            }
        }
    }

    // The next one's name, so that nobody takes the dead one for it.
    private void Fail(string why)
    {
        lock (_gate)
        {
            _state = _state with
            {
                Name = NodeName.Worker(_state.Role, nextNode()),
                State = _state.State == OrderState.Leaving ? OrderState.Leaving : OrderState.Failed,
                Since = _state.State == OrderState.Running ? time.GetUtcNow() : _state.Since,
                ProcessId = null,
                Detail = $"{_state.Name} {why}; starts again",
                Replaces = _state.Name,
            };
        }
    }

    private static string NodeOf(string worker) => NodeName.TryParse(worker, out _, out var node) ? node : worker;

    private async Task StopAsync(Process process, bool atOnce)
    {
        if (atOnce)
        {
            process.Kill();
            return;
        }

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
