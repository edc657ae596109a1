using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Core.Tests.Scheduling;

/// <summary>Drives a scheduler by random commands and checks after each what must hold whatever the order.</summary>
internal sealed class SchedulerWorld
{
    public static readonly KvLayout Layout = new(16, 128 << 10, "test", Layers: 8);
    private const int Blocks = 24;
    private const int KvTokens = Blocks * 16;

    private static readonly SchedulerOptions Options = new()
    {
        StepTokenBudget = 40,
        MaxSequences = 6,
        MaxQueued = 8,
        DecodeReserveBlocks = 2,
    };

    private readonly Scheduler _scheduler = new(Options, Layout, Blocks, default);
    private readonly WorkerProfile? _profile;
    private readonly TimeSpan? _longest;
    private readonly List<SequenceKey> _queued = [];
    private readonly Dictionary<SequenceKey, List<int>> _produced = [];
    private readonly Dictionary<SequenceKey, int> _outputs = [];
    private readonly Dictionary<SequenceKey, int> _layers = [];
    private readonly Dictionary<SequenceKey, int[]> _stepBlocks = [];
    private readonly HashSet<SequenceKey> _ended = [];
    private int _names;

    /// <param name="profile">What steps are sized by; null: they are not.</param>
    /// <param name="target">Target for the time of a token.</param>
    /// <param name="longest">Most that a step with decodes may take.</param>
    public SchedulerWorld(WorkerProfile? profile = null, TimeSpan? target = null, TimeSpan? longest = null)
    {
        (_profile, _longest) = (profile, longest);
        if (profile is not null)
        {
            SchedulerOptions sized = Options with { TokenTarget = target, LongestStep = longest };
            _scheduler.Sizing = new StepSizing(profile, Layout.BlockTokens, KvTokens, sized);
        }
    }

    /// <summary>How often some layers were handed over before their step ended.</summary>
    public int LayerGroups { get; private set; }

    /// <summary>How often nothing could be drawn.</summary>
    public int Failures { get; private set; }

    public void Do(int kind, int value)
    {
        switch (kind)
        {
            case 0:
                Start(value, SequenceWork.Whole);
                break;
            case 1:
                Start(value, SequenceWork.Prefill);
                break;
            case 2:
                Reserve(value);
                break;
            case 3:
                Activate(value);
                break;
            case 4 when _scheduler.Sequences.Count > 0:
                Release(_scheduler.Sequences.ElementAt(value % _scheduler.Sequences.Count).Key);
                break;
            default:
                Step();
                break;
        }

        Check();
    }

    /// <summary>With handoffs ending and nothing new, everything that waits or runs must end.</summary>
    public void Finish()
    {
        for (int step = 0; step < 5000 && _scheduler.Sequences.Count > 0; step++)
        {
            foreach (Sequence sequence in _scheduler.Sequences.ToArray())
            {
                if (sequence.State == SequenceState.Parked)
                    Release(sequence.Key);
                else if (sequence.State == SequenceState.Reserved)
                    _scheduler.Activate(sequence.Key, Draw(sequence));
            }

            Step();
            Check();
        }

        Assert.Empty(_scheduler.Sequences);
        Assert.Equal(0, _scheduler.Load().BlocksUsed);
        Assert.Empty(_queued);
    }

    private void Start(int value, SequenceWork work)
    {
        SequenceRequest request = Make(value, work);
        int waiting = _scheduler.Load().Waiting;
        if (_scheduler.Start(request) is { } failure)
            Assert.Equal(waiting >= Options.MaxQueued ? "queue full" : failure.Reason, failure.Reason);
        else
            _queued.Add(request.Key);
    }

    private void Reserve(int value)
    {
        SequenceRequest request = Make(value, SequenceWork.Import);
        Reservation reservation = _scheduler.Reserve(request);
        if (reservation.Blocks is not { } blocks)
            return;
        Assert.Equal(Layout.BlocksFor(request.Tokens.Length), blocks.Length);
        Assert.True(reservation.CachedTokens < request.Tokens.Length);
        Assert.Equal(0, reservation.CachedTokens % Layout.BlockTokens);
        _outputs[request.Key] = 1;
    }

    private void Activate(int value)
    {
        Sequence[] reserved = [.. _scheduler.Sequences.Where(s => s.State == SequenceState.Reserved)];
        if (reserved.Length > 0)
            _scheduler.Activate(reserved[value % reserved.Length].Key, Draw(reserved[value % reserved.Length]));
    }

    private void Release(SequenceKey key)
    {
        _scheduler.Release(key);
        _queued.Remove(key);
        _produced.Remove(key);
    }

    private void Step()
    {
        BatchPlan plan = _scheduler.Plan();
        Assert.True(plan.Tokens <= Options.StepTokenBudget);
        if (_longest is { } longest && plan.Work is { Decodes: > 0, PrefillTokens: > 16 })
            Assert.True(_profile!.StepMs(plan.Work, KvTokens) <= longest.TotalMilliseconds);
        Assert.Equal(plan.Entries.Sum(e => e.Count), plan.Tokens);
        Assert.True(plan.Entries.Count <= Options.MaxSequences);
        Assert.Equal(plan.Entries.Count, plan.Entries.Select(e => e.Sequence).Distinct().Count());
        Assert.DoesNotContain(plan.Preempted, s => s.Request.Work == SequenceWork.Prefill);
        Assert.DoesNotContain(plan.Entries, e => plan.Preempted.Contains(e.Sequence));
        var sampled = new SampledToken[plan.Entries.Count];
        List<SequenceKey> failing = [];
        for (int i = 0; i < sampled.Length; i++)
        {
            BatchEntry entry = plan.Entries[i];
            Sequence sequence = entry.Sequence;
            Assert.Equal(sequence.Computed, entry.FirstPosition);
            Assert.True(entry.Count > 0);
            int end = entry.FirstPosition + entry.Count;
            Assert.True(sequence.Blocks.Length >= Layout.BlocksFor(end));
            Assert.Equal(end == sequence.Length, entry.Samples);

            // First steps come in order of arrival, but for those that wait for a prefix which another is reading.
            if (_queued.Remove(sequence.Key))
                Assert.DoesNotContain(_queued, k => Number(k) < Number(sequence.Key) && !BeginsAsARunningOne(k));
            sampled[i] = entry.Samples && sequence.Length * 7 % 97 == 0 ? SampledToken.None : Draw(sequence);
            if (sampled[i].IsNone)
                failing.Add(sequence.Key);
        }

        for (int layer = 1; layer <= Layout.Layers; layer++)
            Take(_scheduler.CommitLayers(layer));
        StepReport report = _scheduler.Commit(sampled);
        Assert.Equal(failing, report.Failures.Select(f => f.Key));
        Assert.DoesNotContain(report.Tokens, t => failing.Contains(t.Key));
        Failures += failing.Count;
        _ended.UnionWith(failing);
        Take(report);
    }

    private bool BeginsAsARunningOne(SequenceKey key)
    {
        Sequence waiting = _scheduler.Sequences.Single(s => s.Key == key);
        return _scheduler.Sequences.Any(s => s.State == SequenceState.Running
            && s.Request.CacheSalt == waiting.Request.CacheSalt
            && s.Length >= Layout.BlockTokens && waiting.Length > Layout.BlockTokens
            && s.Tokens[..Layout.BlockTokens].SequenceEqual(waiting.Tokens[..Layout.BlockTokens]));
    }

    private void Take(StepReport report)
    {
        foreach (TokenOutput output in report.Tokens)
        {
            Assert.Equal(_outputs.GetValueOrDefault(output.Key), output.Index);
            _outputs[output.Key] = output.Index + 1;
        }

        Take(report.Kv);
    }

    // Layer after layer of some blocks, then those behind them.
    private void Take(IReadOnlyList<KvProduced> produced)
    {
        foreach (KvProduced kv in produced)
        {
            if (!_produced.TryGetValue(kv.Key, out List<int>? blocks))
                _produced.Add(kv.Key, blocks = []);
            Assert.Equal(blocks.Count, kv.FirstBlock);
            if (kv.Blocks.Length > 0)
                Assert.Equal(_layers.GetValueOrDefault(kv.Key), kv.Layers.First);
            bool whole = kv.Layers.End == Layout.Layers;
            if (kv.Blocks.Length > 0 && kv.Layers.First > 0)
                Assert.Equal(_stepBlocks[kv.Key], kv.Blocks);
            _stepBlocks[kv.Key] = kv.Blocks;
            _layers[kv.Key] = whole ? 0 : kv.Layers.End;
            if (whole)
                blocks.AddRange(kv.Blocks);
            else
                LayerGroups++;
            if (kv.Finish is not null)
                _ended.Add(kv.Key);
        }
    }

    private void Check()
    {
        Dictionary<int, (Sequence Sequence, int Index)> owners = [];
        foreach (Sequence sequence in _scheduler.Sequences)
        {
            for (int i = 0; i < sequence.Blocks.Length; i++)
            {
                int block = sequence.Blocks[i];
                if (owners.TryAdd(block, (sequence, i)))
                    continue;

                // Shared: then full, at one place, after equal tokens.
                int end = (i + 1) * Layout.BlockTokens;
                Assert.Equal(owners[block].Index, i);
                Assert.Equal(owners[block].Sequence.Request.CacheSalt, sequence.Request.CacheSalt);
                Assert.True(sequence.Tokens[..end].SequenceEqual(owners[block].Sequence.Tokens[..end]));
            }

            if (_produced.TryGetValue(sequence.Key, out List<int>? produced))
                Assert.Equal(produced, sequence.Blocks[..produced.Count].ToArray());
            if (sequence.State == SequenceState.Parked && !_ended.Contains(sequence.Key))
                Assert.Equal(_produced[sequence.Key], sequence.Blocks.ToArray());
            Assert.Equal(sequence.State == SequenceState.Waiting, sequence.Blocks.Length == 0);
        }

        EngineLoad load = _scheduler.Load();
        Assert.Equal(owners.Count, load.BlocksUsed);
        Assert.InRange(load.BlocksCached, 0, load.BlocksTotal - load.BlocksUsed);
        Assert.True(load.Running + load.Reserved <= Options.MaxSequences);
        Assert.Equal(_scheduler.Sequences.Count, load.Running + load.Reserved + load.Waiting + load.Parked);
    }

    // Few distinct prompts, so that prefixes are shared often; every fifth request has a salt of its own.
    private SequenceRequest Make(int value, SequenceWork work)
    {
        int length = 1 + value * 7 % 150;
        return new SequenceRequest
        {
            Key = new SequenceKey($"{_names++}", 0, 0),
            Work = work,
            Tokens = [.. Enumerable.Range(0, length).Select(i => i < 64 ? i : value % 3 * 1000 + i)],
            PromptLength = length,
            Sampling = SamplingOptions.Greedy,
            Stop = new StopRules { MaxTokens = 1 + value % 90, EndTokens = [3] },
            CacheSalt = value % 5 == 0 ? "salt" : "",
        };
    }

    private static int Number(SequenceKey key) => int.Parse(key.RequestId, null);

    private static SampledToken Draw(Sequence sequence) =>
        new(sequence.Length * 31 % 101, float.NaN, null);
}
