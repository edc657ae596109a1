using System.Threading.Channels;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Benchmarks.Handoff;

/// <summary>
/// An engine without a model: prefill completes a chunk as soon as its pause is over, decode ends with the first token.
/// Its blocks go round like a ring. Chunks carry the time at which they were made, in their first bytes. How a prompt is
/// to be cut rides in the request's cache salt, which nothing else reads here.
/// </summary>
internal sealed class RingEngine : IEngine
{
    private const int InboxSize = 1024;
    private const int ReportsAhead = 16;

    private readonly Channel<EngineCommand> _inbox = Channel.CreateBounded<EngineCommand>(InboxSize);
    private readonly Channel<StepReport> _reports = Channel.CreateBounded<StepReport>(ReportsAhead);
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<SequenceKey, int[]> _held = [];
    private readonly Queue<EngineCommand> _waiting = [];
    private readonly Queue<int> _free;
    private readonly IKvMemory _memory;
    private readonly Arrivals _arrivals;
    private readonly Task _run;

    public RingEngine(EngineInfo info, IKvMemory memory, Arrivals arrivals)
    {
        (Info, _memory, _arrivals) = (info, memory, arrivals);
        _free = new Queue<int>(Enumerable.Range(0, info.KvBlocks));
        _run = Task.Run(RunAsync);
    }

    public EngineInfo Info { get; }

    public EngineLoad Load => EngineLoad.Idle with { BlocksTotal = Info.KvBlocks };

    public WorkerProfile Profile => PublishedProfiles.Instant;

    public FittedProfile Fit() => CostFit.Fit(Profile, []);

    public ChannelReader<StepReport> Reports => _reports.Reader;

    public Task Completion => _run;

    public ValueTask SubmitAsync(EngineCommand command, CancellationToken cancellationToken = default) =>
        _inbox.Writer.WriteAsync(command, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var command in _inbox.Reader.ReadAllAsync(_stop.Token))
        {
            await TakeAsync(command);
            while (_waiting.TryPeek(out var next) && await TryTakeAsync(next))
            {
                _waiting.Dequeue();
            }
        }
    }

    private async ValueTask TakeAsync(EngineCommand command)
    {
        switch (command)
        {
            case EngineCommand.Release release when _held.Remove(release.Key, out var blocks):
                foreach (var block in blocks)
                {
                    _free.Enqueue(block);
                }

                break;
            case EngineCommand.Activate activate:
                if (_held.TryGetValue(activate.Key, out var landed))
                {
                    _arrivals.Landed(activate.Key, chunkSize => (Stamp(landed[0]), Stamp(landed[^chunkSize])));
                }

                break;
            case EngineCommand.Start or EngineCommand.Reserve when _waiting.Count > 0 || !await TryTakeAsync(command):
                _waiting.Enqueue(command);
                break;
        }
    }

    private async ValueTask<bool> TryTakeAsync(EngineCommand command)
    {
        var request = command is EngineCommand.Start start ? start.Request : ((EngineCommand.Reserve)command).Request;
        var count = Info.Layout.BlocksFor(request.Tokens.Length);
        if (_free.Count < count)
        {
            return false;
        }

        var blocks = new int[count];
        for (var i = 0; i < count; i++)
        {
            blocks[i] = _free.Dequeue();
        }

        _held.Add(request.Key, blocks);
        if (command is EngineCommand.Reserve reserve)
        {
            reserve.Reply.SetResult(new Reservation(blocks, 0));
        }
        else
        {
            await PrefillAsync(request.Key, blocks, Chunking.Parse(request.CacheSalt));
        }

        return true;
    }

    private async Task PrefillAsync(SequenceKey key, int[] blocks, Chunking chunking)
    {
        for (var at = 0; at < blocks.Length; at += chunking.Blocks)
        {
            if (chunking.Pause > TimeSpan.Zero)
            {
                await Task.Delay(chunking.Pause, TimeProvider.System, _stop.Token);
            }

            var chunk = blocks[at..Math.Min(at + chunking.Blocks, blocks.Length)];
            var last = at + chunk.Length == blocks.Length;
            SetStamp(chunk[0]);
            var kv = new KvProduced(key, at, chunk, Info.Layout.AllLayers, last, last ? new SampledToken(1, 0, null) : default, null);
            await _reports.Writer.WriteAsync(new StepReport { Kv = [kv] }, _stop.Token);
        }
    }

    private unsafe long Stamp(int block) => *(long*)Address(block);

    private unsafe void SetStamp(int block) => *(long*)Address(block) = System.Diagnostics.Stopwatch.GetTimestamp();

    private nint Address(int block) => _memory.Address + ((nint)block * Info.Layout.BlockBytes);
}
