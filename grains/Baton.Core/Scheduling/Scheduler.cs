using Baton.Core.Caching;
using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

/// <summary>
/// Decides what each engine step runs. Holds the queue, the running batch and every sequence's blocks; runs nothing
/// itself. Commands, <see cref="Plan"/> and <see cref="Commit"/> are called by one thread, the last two in turn.
/// </summary>
/// <remarks>
/// There is no prefill or decode phase: each step closes the gap between a sequence's tokens and its computed
/// positions. The running batch is kept in order of arrival and loses its latest member when blocks run out, so the
/// oldest always goes on and nothing starves.
/// </remarks>
public sealed partial class Scheduler
{
    private readonly SchedulerOptions _options;
    private readonly KvLayout _layout;
    private readonly BlockPool _pool;
    private readonly SequenceBlocks _blocks;
    private readonly int _maxContext;

    private readonly Dictionary<SequenceKey, Sequence> _sequences = [];
    private readonly LinkedList<Sequence> _waiting = [];
    private readonly List<Sequence> _running = [];
    private int _reserved;
    private int _parked;
    private long _arrivals;

    /// <param name="options">The bounds.</param>
    /// <param name="layout">Of the KV blocks.</param>
    /// <param name="kvBlocks">How many blocks there are.</param>
    /// <param name="secret">Keys the block hashes; equal on all workers of a cluster.</param>
    public Scheduler(SchedulerOptions options, KvLayout layout, int kvBlocks, ReadOnlySpan<byte> secret)
        : this(options, layout, new BlockPool(kvBlocks), new BlockHasher(secret, layout?.BlockTokens ?? 1))
    {
    }

    /// <param name="options">The bounds.</param>
    /// <param name="layout">Of the KV blocks.</param>
    /// <param name="pool">The blocks; nobody else takes any.</param>
    /// <param name="hasher">Names their content; workers find each other's prefixes only under equal names.</param>
    public Scheduler(SchedulerOptions options, KvLayout layout, BlockPool pool, BlockHasher hasher)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(hasher);
        options.Validate();
        _options = options;
        _layout = layout;
        _pool = pool;
        _blocks = new SequenceBlocks(pool, layout, hasher);

        // The last token of a sequence needs no KV, hence one more than the pool's positions.
        _maxContext = (int)Math.Min(options.MaxContext, (long)pool.Total * layout.BlockTokens + 1);
    }

    /// <summary>Every sequence that is here, in whatever state.</summary>
    public IReadOnlyCollection<Sequence> Sequences => _sequences.Values;

    /// <summary>Queues a sequence to be prefilled here. Returns why it cannot be, or null.</summary>
    public SequenceFailure? Start(SequenceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? refusal = request.Work == SequenceWork.Import ? "an import must be reserved" : Check(request);
        if (refusal is null && _waiting.Count >= _options.MaxQueued)
            refusal = "queue full";
        if (refusal is not null)
            return new SequenceFailure(request.Key, refusal);

        Sequence sequence = Add(request);
        sequence.CachedAtAdmission = _blocks.CachedTokens(sequence);
        _waiting.AddLast(sequence);
        return null;
    }

    /// <summary>Takes blocks for a sequence whose KV comes from elsewhere.</summary>
    public Reservation Reserve(SequenceRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        string? refusal = request.Work != SequenceWork.Import ? "only an import is reserved" : Check(request);
        if (refusal is not null)
            return new Reservation(null, 0) { Refusal = refusal };

        // The head of the queue comes first: a stream of reservations must not starve it of a place or of blocks.
        Sequence? head = _waiting.First?.Value;
        int places = Places(request.Tokens.Length) - (head is null ? 0 : 1);
        if (places < 1)
            return Reservation.NoRoom;
        int spare = head is null ? 0 : _blocks.Demand(head);
        Sequence sequence = Add(request);
        if (!_blocks.TryTake(sequence, spare + DecodeReserve))
        {
            _sequences.Remove(request.Key);
            return Reservation.NoRoom;
        }

        sequence.State = SequenceState.Reserved;
        _reserved++;
        return new Reservation(sequence.Blocks.ToArray(), sequence.CachedAtAdmission);
    }

    /// <summary>Blocks of a reserved sequence that KV from elsewhere fills; none where the sequence is not reserved.</summary>
    public ReadOnlySpan<int> Arrived(SequenceKey key) =>
        _sequences.TryGetValue(key, out Sequence? sequence) && sequence.State == SequenceState.Reserved
            ? sequence.Blocks[(sequence.CachedAtAdmission / _layout.BlockTokens)..]
            : [];

    /// <summary>
    /// Lets a reserved sequence decode from its first token on. Ignored where the sequence is not reserved; where that
    /// token ends it there is nothing left to do and it is released, its prefix kept for what comes.
    /// </summary>
    public void Activate(SequenceKey key, SampledToken first)
    {
        if (!_sequences.TryGetValue(key, out Sequence? sequence) || sequence.State != SequenceState.Reserved)
            return;
        sequence.Computed = sequence.Length;
        sequence.Append(first.Token);
        _blocks.Register(sequence);
        if (StopCheck.Decide(sequence, _maxContext) is not null)
        {
            Remove(sequence);
            return;
        }

        _reserved--;
        Run(sequence);
    }

    /// <summary>Ends a sequence in whatever state and frees its blocks. Ignored where it is unknown.</summary>
    public void Release(SequenceKey key)
    {
        if (_sequences.TryGetValue(key, out Sequence? sequence))
            Remove(sequence);
    }

    /// <summary>What a reservation needs and may find: while it is unchanged, asking again is of no use.</summary>
    internal (int Blocks, int Places) Room => (_pool.Available, Places(next: 0));

    private int DecodeReserve => _running.Count + _reserved > 0 ? _options.DecodeReserveBlocks : 0;

    private string? Check(SequenceRequest request)
    {
        if (_sequences.ContainsKey(request.Key))
            return "the sequence is here already";
        if (request.PromptLength < 1 || request.PromptLength > request.Tokens.Length)
            return "the prompt is empty";
        if (request.Tokens.Length >= _maxContext)
            return "the prompt does not fit this engine's context";
        if (request.Tokens.Length - request.PromptLength >= request.Stop.MaxTokens)
            return "no token is left to generate";
        if (_options.VocabularySize is { } size && request.Tokens.AsSpan().ContainsAnyExceptInRange(0, size - 1))
            return "a token is not in this model's vocabulary";
        return null;
    }

    private Sequence Add(SequenceRequest request)
    {
        var sequence = new Sequence(request) { Arrival = _arrivals++ };
        _sequences.Add(request.Key, sequence);
        return sequence;
    }

    private void Run(Sequence sequence)
    {
        int at = _running.Count;
        while (at > 0 && _running[at - 1].Arrival > sequence.Arrival)
            at--;
        _running.Insert(at, sequence);
        sequence.State = SequenceState.Running;
    }

    private void Remove(Sequence sequence)
    {
        _sequences.Remove(sequence.Key);
        _blocks.Free(sequence);
        switch (sequence.State)
        {
            case SequenceState.Waiting:
                _waiting.Remove(sequence);
                break;
            case SequenceState.Running:
                _running.Remove(sequence);
                break;
            case SequenceState.Reserved:
                _reserved--;
                break;
            case SequenceState.Parked:
                _parked--;
                break;
        }
    }
}
