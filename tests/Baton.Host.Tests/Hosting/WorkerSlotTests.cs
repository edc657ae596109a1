using System.Collections.Concurrent;
using System.Diagnostics;
using Baton.Contracts.Planning;
using Baton.Contracts.Workers;
using Baton.Host.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Host.Tests.Hosting;

/// <summary>A slot whose worker is a shell that says what it is told to say, and ends when it is told to.</summary>
public sealed class WorkerSlotTests : IAsyncDisposable
{
    private const string Script = """while read line; do case "$line" in exit*) exit ${line#exit };; *) echo "$line";; esac; done""";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<(WorkerRole Role, string Node, Process Process)> _started = new();
    private readonly ConcurrentQueue<StreamWriter> _inputs = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly WorkerSlot _slot;
    private readonly Task<int?> _kept;
    private int _lastNode;

    public WorkerSlotTests()
    {
        _slot = new WorkerSlot(
            WorkerRole.Decode, () => $"{Interlocked.Increment(ref _lastNode)}", Start, _time, NullLogger<LocalWorkers>.Instance);
        _kept = _slot.KeepAsync(mayNeverStart: () => true, _stop.Token);
    }

    [Fact]
    public async Task Convert_Runs_CountsInTheOtherRoleAsOneThatStarts()
    {
        await RunAsync();
        _time.Advance(TimeSpan.FromSeconds(7));
        var before = _slot.State;

        _slot.Convert();

        var converting = _slot.State;
        Assert.Equal(("prefill-1.2", WorkerRole.Prefill, OrderState.Starting), (converting.Name, converting.Role, converting.State));
        Assert.Equal((before.ProcessId, _time.GetUtcNow()), (converting.ProcessId, converting.Since));
        Assert.Contains("decode-1", converting.Detail, StringComparison.Ordinal);

        await SayAsync("ready: prefill-1.2");
        await Until(s => s.State == OrderState.Running);
        Assert.Equal(before.ProcessId, _slot.State.ProcessId);

        // What took its time before does not end it now.
        _time.Advance(WorkerSlot.ConvertTimeout * 2);
        _slot.Convert();
        Assert.Equal("decode-1.3", _slot.State.Name);
        Assert.Single(_started);
    }

    [Fact]
    public async Task Convert_DoesNotComeBackInTime_AnotherStartsInTheNewRole()
    {
        await RunAsync();
        _slot.Convert();
        _time.Advance(WorkerSlot.ConvertTimeout);
        await Replaced();
        Assert.Equal(("prefill-2", OrderState.Starting), (_slot.State.Name, _slot.State.State));
        Assert.True(_started.First().Process.HasExited);
    }

    [Theory]
    [InlineData(BatonHost.NotToBeReplaced)]
    [InlineData(134)]
    public async Task Convert_EndsInstead_AnotherStartsInTheNewRole(int exitCode)
    {
        await RunAsync();
        _slot.Convert();
        await SayAsync($"exit {exitCode}");
        await Replaced();
        Assert.Equal("prefill-2", _slot.State.Name);
    }

    [Fact]
    public async Task Convert_ItsReadyLineIsLate_IsReadyWhenItSaysSoInItsNewLife()
    {
        await Until(s => s.ProcessId is not null);
        _slot.Convert();
        await SayAsync("ready: decode-1");
        await SayAsync("ready: prefill-1.2");
        await Until(s => s.State == OrderState.Running);
        _slot.Convert();
        await SayAsync("ready: prefill-1.2");
        await SayAsync("exit 0");
        await Until(s => s.State == OrderState.Failed);
        Assert.Equal("decode-2", _slot.State.Name);
    }

    [Fact]
    public async Task Leave_Converts_EndsForGood()
    {
        await RunAsync();
        _slot.Convert();
        _slot.Leave(drains: true);
        await _kept.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Single(_started);
    }

    [Fact]
    public async Task Leave_HasNotDrainedInTime_IsEnded()
    {
        await RunAsync();
        _slot.Leave(drains: true);
        Assert.False(_started.First().Process.HasExited);
        _time.Advance(WorkerSlot.LeaveTimeout);
        await _kept.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(_started.Single().Process.HasExited);
    }

    [Fact]
    public async Task Replace_Hangs_IsKilledAndAnotherStarts()
    {
        await RunAsync();
        Assert.True(_slot.HasRun);
        _slot.Replace();
        await Until(s => s.State == OrderState.Failed);
        Assert.Equal(("decode-2", "decode-1"), (_slot.State.Name, _slot.State.Replaces));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(s => s.ProcessId is not null);
        Assert.True(_started.First().Process.HasExited);
    }

    [Fact]
    public async Task Keep_NoRoomForAProcess_TriesAgain()
    {
        var tries = 0;
        using var slot = new WorkerSlot(
            WorkerRole.Decode,
            () => $"{tries}",
            (role, node) => ++tries == 1 ? throw new System.ComponentModel.Win32Exception(11) : Start(role, node),
            _time,
            NullLogger<LocalWorkers>.Instance);
        var kept = slot.KeepAsync(mayNeverStart: () => false, _stop.Token);
        await Until(s => s.State == OrderState.Failed, slot);
        Assert.Contains("could not be started", slot.State.Detail, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(s => s.ProcessId is not null, slot);
        await _stop.CancelAsync();
        await kept;
    }

    [Fact]
    public async Task Keep_AskedToLeaveForGood_IsNotReplaced()
    {
        await RunAsync();
        await SayAsync($"exit {BatonHost.NotToBeReplaced}");
        Assert.Equal(BatonHost.NotToBeReplaced, await _kept.WaitAsync(Patience, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _kept;
        _slot.Dispose();
        _stop.Dispose();
    }

    private Process Start(WorkerRole role, string node)
    {
        var start = new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        _started.Enqueue((role, node, Process.GetProcessById(process.Id)));
        _inputs.Enqueue(process.StandardInput);
        return process;
    }

    private async Task SayAsync(string line)
    {
        var input = _inputs.Last();
        await input.WriteLineAsync(line);
        await input.FlushAsync(TestContext.Current.CancellationToken);
    }

    private async Task RunAsync()
    {
        await Until(s => s.ProcessId is not null);
        await SayAsync("ready: decode-1");
        await Until(s => s.State == OrderState.Running);
    }

    private async Task Replaced()
    {
        await Until(s => s.State == OrderState.Failed);
        Assert.Equal(WorkerRole.Prefill, _slot.Role);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Until(s => s.ProcessId is not null);
        Assert.Equal((WorkerRole.Prefill, "2"), (_started.Last().Role, _started.Last().Node));
    }

    private Task Until(Func<OrderedWorker, bool> condition) => Until(condition, _slot);

    private static async Task Until(Func<OrderedWorker, bool> condition, WorkerSlot slot)
    {
        using var timeout = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition(slot.State))
        {
            await timer.WaitForNextTickAsync(timeout.Token);
        }
    }
}
