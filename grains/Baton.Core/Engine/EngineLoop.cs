using System.Threading.Channels;
using Baton.Core.Costs;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Engine;

/// <summary>
/// An engine on a thread of its own: drain the inbox, plan, run, commit, publish. Commands are taken up between steps
/// only. Safe for concurrent use; owns and disposes its runner.
/// </summary>
/// <remarks>
/// After the end, for whatever reason, submits throw <see cref="ChannelClosedException"/>, and reservations that were
/// still queued are answered with a refusal.
/// </remarks>
public sealed class EngineLoop : IEngine
{
    private const string Stopped = "the engine stopped";
    private const string Broken = "the engine failed";

    private readonly IModelRunner _runner;
    private readonly Scheduler _scheduler;
    private readonly EngineLoopOptions _options;
    private readonly TimeProvider _time;
    private readonly Channel<EngineCommand> _inbox;
    private readonly Channel<StepReport> _reports;
    private readonly ReservationQueue _reservations;
    private readonly LoadMeter _meter = new();
    private readonly CostCorrection _costs;
    private readonly StepSizer _sizer;
    private readonly StepSamples _samples;
    private readonly SampledToken[] _sampled;
    private readonly Action<int> _layersWritten;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationToken _stopping;

    // Not the inbox's own waiting: that wakes through the thread pool, which a busy process may keep for long.
    private readonly ManualResetEventSlim _wake = new(initialState: false, spinCount: 0);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lazy<Task> _disposal;
    private EngineLoad _load;

    /// <summary>Starts the engine.</summary>
    /// <param name="runner">Runs the steps; the engine disposes it.</param>
    /// <param name="kvBlocks">Blocks of the runner's KV pool.</param>
    /// <param name="scheduling">The scheduler's bounds; the model's context caps them.</param>
    /// <param name="options">The loop's bounds.</param>
    /// <param name="time">Measures the steps.</param>
    public EngineLoop(
        IModelRunner runner,
        int kvBlocks,
        SchedulerOptions scheduling,
        EngineLoopOptions options,
        TimeProvider time)
        : this(runner, kvBlocks, scheduling, options, time, hasThread: true)
    {
    }

    /// <summary>Without a thread somebody else takes the turns, and nobody waits for a stop.</summary>
    internal EngineLoop(
        IModelRunner runner,
        int kvBlocks,
        SchedulerOptions scheduling,
        EngineLoopOptions options,
        TimeProvider time,
        bool hasThread)
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(scheduling);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        _runner = runner;
        _options = options;
        _time = time;
        _stopping = _stop.Token;
        _disposal = new Lazy<Task>(StopAsync);
        SchedulerOptions bounds = scheduling with
        {
            MaxContext = Math.Min(scheduling.MaxContext, runner.Model.MaxContext),
            VocabularySize = runner.Model.VocabularySize,
        };
        Info = new EngineInfo(runner.Model, runner.Layout, kvBlocks, bounds);
        _costs = new CostCorrection(options.Profile, Info.KvTokens);
        _samples = new StepSamples(options.StepSamples);
        _scheduler = new Scheduler(bounds, runner.Layout, kvBlocks, options.PrefixSecret.Span);
        _sizer = new StepSizer(_costs, runner.Layout, Info.KvTokens, bounds);
        _scheduler.Sizing = _sizer.Current;
        _reservations = new ReservationQueue(_scheduler, bounds.MaxQueued);
        _sampled = new SampledToken[bounds.MaxSequences];
        _layersWritten = PublishLayers;
        _load = _scheduler.Load();
        _inbox = Channel.CreateBounded<EngineCommand>(
            new BoundedChannelOptions(options.InboxCapacity) { SingleReader = true });
        _reports = Channel.CreateBounded<StepReport>(
            new BoundedChannelOptions(options.ReportCapacity) { SingleWriter = true });
        if (hasThread)
            new Thread(Main) { IsBackground = true, Name = options.ThreadName }.Start();
    }

    public EngineInfo Info { get; }

    public EngineLoad Load => Volatile.Read(ref _load);

    public WorkerProfile Profile => _costs.Profile;

    public FittedProfile Fit() => CostFit.Fit(_options.Profile, _samples.ToArray());

    public ChannelReader<StepReport> Reports => _reports.Reader;

    public Task Completion => _ended.Task;

    public async ValueTask SubmitAsync(EngineCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        await _inbox.Writer.WriteAsync(command, cancellationToken).ConfigureAwait(false);
        _wake.Set();
    }

    /// <summary>Stops after the step in progress; sequences that are still here end without a token more.</summary>
    public ValueTask DisposeAsync() => new(_disposal.Value);

    private async Task StopAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _runner.Interrupt();
        await ((Task)_ended.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _runner.Dispose();
        _stop.Dispose();
    }

    private void Main()
    {
        Exception? failure = null;
        try
        {
            _runner.Start();
            Loop();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Asked to stop while waiting for work or for a reader.
        }
#pragma warning disable CA1031 // Whatever ended the thread belongs into Completion, not to the process.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        End(failure);
    }

    private void Loop()
    {
        while (true)
        {
            if (!Turn())
                _wake.Wait(_stopping);
        }
    }

    /// <summary>Takes up what has arrived and runs a step; false when there was nothing to run.</summary>
    internal bool Turn()
    {
        _stopping.ThrowIfCancellationRequested();

        // Reset before the drain: what arrives after it sets the event again.
        _wake.Reset();
        Drain();
        _reservations.Retry();
        BatchPlan plan = _scheduler.Plan();
        if (plan.Entries.Count > 0)
        {
            Step(plan);
            return true;
        }

        PublishLoad();
        return false;
    }

    private void Step(BatchPlan plan)
    {
        long start = _time.GetTimestamp();
        StepWork work = plan.Work;
        Span<SampledToken> sampled = _sampled.AsSpan(0, plan.Entries.Count);
        _runner.Run(plan, sampled, plan.HandsOver ? _layersWritten : null);
        _stopping.ThrowIfCancellationRequested();
        StepReport report = _scheduler.Commit(sampled);
        Export(report.Kv);
        TimeSpan took = _time.GetElapsedTime(start);
        _meter.Add(took, work.PrefillTokens);
        _costs.Add(work, took);
        _scheduler.Sizing = _sizer.Current;
        _samples.Add(new StepSample(work, took.TotalMilliseconds));
        PublishLoad();
        if (report.Tokens.Count > 0 || report.Kv.Count > 0 || report.Failures.Count > 0)
            Publish(report);
    }

    private void PublishLayers(int written)
    {
        // A reader that lags must not stop the forward pass: a later group, or the step, covers these layers too.
        if (_reports.Reader.Count >= _options.ReportCapacity)
            return;
        IReadOnlyList<KvProduced> kv = _scheduler.CommitLayers(written);
        if (kv.Count == 0)
            return;
        Export(kv);
        Publish(new StepReport { Kv = kv });
    }

    private void Export(IReadOnlyList<KvProduced> kv)
    {
        for (int i = 0; i < kv.Count; i++)
            _runner.Export(kv[i].Blocks, kv[i].Layers);
    }

    // At most one inbox full, so that a flood of commands cannot keep the steps from running.
    private void Drain()
    {
        List<SequenceFailure>? failures = null;
        List<KvProduced>? kv = null;
        for (int i = 0; i < _options.InboxCapacity && _inbox.Reader.TryRead(out EngineCommand? command); i++)
        {
            if (HandOver(command) is { } produced)
                (kv ??= []).Add(produced);
            else if (Apply(command) is { } failure)
                (failures ??= []).Add(failure);
        }

        if (_inbox.Reader.TryPeek(out _))
            _wake.Set();
        Export(kv ?? []);
        if (failures is not null || kv is not null)
            Publish(new StepReport { Failures = failures ?? [], Kv = kv ?? [] });
    }

    private KvProduced? HandOver(EngineCommand command) => command switch
    {
        EngineCommand.HandOver move => _scheduler.HandOver(move.Key, move.Under),
        EngineCommand.Copy copy => _scheduler.Copy(copy.Key, copy.Under, copy.Tokens),
        _ => null,
    };

    private SequenceFailure? Apply(EngineCommand command)
    {
        switch (command)
        {
            case EngineCommand.Start start:
                return _scheduler.Start(start.Request);
            case EngineCommand.Reserve reserve:
                _reservations.Add(reserve);
                return null;
            case EngineCommand.Activate activate:
                _runner.Import(_scheduler.Arrived(activate.Key));
                _scheduler.Activate(activate.Key, activate.First);
                return null;
            case EngineCommand.Freeze freeze:
                freeze.Reply.SetResult(_scheduler.Freeze(freeze.Key));
                return null;
            case EngineCommand.HandOver move:
                return new SequenceFailure(move.Under, "it was not frozen");
            case EngineCommand.Copy copy:
                return new SequenceFailure(copy.Under, "it does not decode here");
            case EngineCommand.Release release:
                _reservations.Remove(release.Key);
                _scheduler.Release(release.Key);
                return null;
            default:
                throw new InvalidOperationException($"Unknown command {command.GetType().Name}.");
        }
    }

    private void Publish(StepReport report)
    {
        if (!_reports.Writer.TryWrite(report))
            _reports.Writer.WriteAsync(report, _stopping).AsTask().GetAwaiter().GetResult();
    }

    private void PublishLoad() => Volatile.Write(ref _load, _scheduler.Load(_meter.Averages(_reservations.Count)));

    private void End(Exception? failure)
    {
        string reason = failure is null ? Stopped : Broken;
        _inbox.Writer.Complete();
        List<SequenceFailure> failures = [.. _scheduler.Sequences.Select(s => new SequenceFailure(s.Key, reason))];
        while (_inbox.Reader.TryRead(out EngineCommand? command))
        {
            if (command is EngineCommand.Start start)
                failures.Add(new SequenceFailure(start.Request.Key, reason));
            else if (command is EngineCommand.Reserve reserve)
                ReservationQueue.Refuse(reserve, reason);
            else if (command is EngineCommand.Freeze freeze)
                freeze.Reply.SetResult(null);
            else if (command is EngineCommand.HandOver move)
                failures.Add(new SequenceFailure(move.Under, reason));
            else if (command is EngineCommand.Copy copy)
                failures.Add(new SequenceFailure(copy.Under, reason));
        }

        _reservations.RefuseAll(reason);
        Volatile.Write(ref _load, LoadMeter.Ended(Load));
        PublishLast(new StepReport { Failures = failures }, wait: failure is not null);
        _reports.Writer.Complete();
        if (failure is null)
            _ended.SetResult();
        else
            _ended.SetException(failure);
    }

    // After a crash someone still reads, and must learn of every sequence. At a stop maybe nobody does.
    private void PublishLast(StepReport report, bool wait)
    {
        if (report.Failures.Count == 0 || _reports.Writer.TryWrite(report) || !wait)
            return;
        try
        {
            Publish(report);
        }
        catch (OperationCanceledException)
        {
            // Stopped before anyone read on.
        }
    }
}
