using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Silo.Handoff;

/// <summary>The consumer's state of one handoff; guarded by the importer's lock.</summary>
/// <param name="key">The reserved sequence.</param>
/// <param name="blocks">Its whole block table.</param>
/// <param name="first">Index of the first block that must come.</param>
/// <param name="end">Index after the last block that must come.</param>
/// <param name="layout">How a block lies in memory.</param>
internal sealed class KvIncoming(SequenceKey key, int[] blocks, int first, int end, KvLayout layout)
{
    private readonly HashSet<int> _seen = [];
    private readonly HashSet<int> _landed = [];
    private readonly List<Claim> _claims = [];
    private int _numbers = -1;
    private DateTimeOffset? _lastCameAt;

    public SequenceKey Key => key;

    /// <summary>Whose blocks these are; known from the first descriptor on.</summary>
    public KvLocation? Producer { get; private set; }

    public SampledToken FirstToken { get; private set; }

    /// <summary>Bytes that have landed.</summary>
    public long Bytes { get; private set; }

    public string Plane { get; set; } = "none";

    /// <summary>When its first descriptor came.</summary>
    public DateTimeOffset StartedAt { get; private set; }

    public DateTimeOffset LastProgress { get; set; }

    /// <summary>Pulls that may be writing.</summary>
    public int Pulling { get; set; }

    /// <summary>Set once: it will not land.</summary>
    public string? Failure { get; private set; }

    public bool IsForgotten { get; private set; }

    /// <summary>Not disposed: readers may still hold its token, and it has no timer.</summary>
    public CancellationTokenSource Cancel { get; } = new();

    /// <summary>Completes when it has ended and nothing writes to the blocks.</summary>
    public TaskCompletionSource Quiet { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsOver => Failure is not null || IsForgotten;

    public bool IsComplete => _numbers == _landed.Count && Bytes == (long)(end - first) * layout.BlockBytes;

    /// <summary>The lowest number that has not landed: what a failure is reported against.</summary>
    public int FirstMissing
    {
        get
        {
            var number = 0;
            while (_landed.Contains(number))
                number++;
            return number;
        }
    }

    public bool HasLanded(int number) => _landed.Contains(number);

    public bool HasSeen(int number) => _seen.Contains(number);

    /// <summary>
    /// Whether there is something whose time can run out: a pull, or a descriptor that others have overtaken. Between
    /// two chunks of a long prefill there is not.
    /// </summary>
    public bool IsWaiting => _seen.Count > _landed.Count || _seen.Count > 0 && _seen.Max() >= _seen.Count;

    /// <summary>Null, and the destination blocks, when the descriptor fits; else why it spoils the handoff.</summary>
    public string? Accept(KvDescriptor descriptor, DateTimeOffset now, out int[] destination)
    {
        destination = [];
        var claim = new Claim(descriptor.FirstBlock, descriptor.Blocks.Length, descriptor.Layers);
        if (descriptor.Fingerprint != layout.Fingerprint)
            return KvFailure.Fingerprint;
        if (claim.Count > 0 && !IsFree(claim))
            return KvFailure.Range;
        if (!IsInOrder(descriptor.Number, descriptor.Last))
            return KvFailure.Range;
        if (Producer is null)
            (Producer, StartedAt) = (descriptor.Source, now);
        LastProgress = now;
        _seen.Add(descriptor.Number);
        if (claim.Count > 0)
        {
            _claims.Add(claim);
            destination = blocks[claim.First..claim.End];
        }
        if (descriptor.Last)
            (_numbers, FirstToken, _lastCameAt) = (descriptor.Number + 1, descriptor.First, now);
        return null;
    }

    private bool IsFree(Claim claim) =>
        claim.First >= first && claim.First <= end - claim.Count
        && claim.Layers is { First: >= 0, Count: > 0 } layers && layers.First <= layout.Layers - layers.Count
        && !_claims.Exists(c => c.Overlaps(claim));

    /// <summary>What is left to wait for once prefill has announced its end.</summary>
    public TimeSpan Exposed(DateTimeOffset now) => now - (_lastCameAt ?? now);

    /// <summary>Whether a handoff can have a descriptor of that number: there is one last, and none behind it.</summary>
    private bool IsInOrder(int number, bool isLast) =>
        number is >= 0 and < int.MaxValue
        && (isLast ? _numbers < 0 && !_seen.Any(n => n > number) : _numbers < 0 || number < _numbers);

    public void Landed(KvPull pull)
    {
        _landed.Add(pull.Descriptor.Number);
        Bytes += pull.Bytes;
    }

    /// <summary>False when it was over already.</summary>
    public bool Fail(string reason)
    {
        if (IsOver)
            return false;
        Failure = reason;
        return true;
    }

    public void Forget() => IsForgotten = true;

    /// <summary>What one descriptor has announced, in blocks of the table and layers of theirs.</summary>
    private readonly record struct Claim(int First, int Count, LayerRange Layers)
    {
        public int End => First + Count;

        public bool Overlaps(Claim other) =>
            First < other.End && other.First < End && Layers.Overlaps(other.Layers);
    }
}
