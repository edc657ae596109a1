using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Simulator.Workers;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Requests;

/// <summary>A request on its way through the cluster: what a session and its driver remember.</summary>
internal sealed class SimulatedRequest
{
    private static readonly IReadOnlySet<string> NoneAvoided = new HashSet<string>();

    private readonly long _number;
    private readonly SamplingOptions _sampling;
    private readonly StopRules _stop;
    private HashSet<string>? _avoided;

    public SimulatedRequest(long number, int slot, Arrival arrival)
    {
        (_number, Slot, Arrival) = (number, slot, arrival);
        Key = new SequenceKey(number.ToString("x", null), 0, 0);
        _sampling = new SamplingOptions { Temperature = 0, Seed = (ulong)slot };
        _stop = new StopRules { MaxTokens = arrival.OutputTokens, IgnoreEnd = true };
    }

    public Arrival Arrival { get; }

    /// <summary>Its place among the live requests.</summary>
    public int Slot { get; }

    /// <summary>Its present attempt; whatever speaks of an older one is stale.</summary>
    public SequenceKey Key { get; private set; }

    public int Generated { get; set; }

    public SimulatedWorker? Decode { get; set; }

    /// <summary>Who prefills, or holds the KV that is on its way; null when nobody else does.</summary>
    public SimulatedWorker? Source { get; set; }

    /// <summary>Its prompt, while that waits for a place in decode before it is sent to <see cref="Source"/>; else 0.</summary>
    public int HeldTokens { get; set; }

    /// <summary>What the decode worker has of its KV already.</summary>
    public int CachedAtDecode { get; set; }

    /// <summary>Whether a worker was told to compute something.</summary>
    public bool WasOrdered { get; set; }

    /// <summary>Whether it decodes where it shall stay.</summary>
    public bool IsDecoding { get; set; }

    /// <summary>Attempts in a row that brought no token.</summary>
    public int Fruitless { get; set; }

    public int GeneratedAtAttempt { get; private set; }

    /// <summary>Completed, refused or given up: whatever still speaks of it is late.</summary>
    public bool HasEnded { get; set; }

    public TimeSpan? FirstTokenAt { get; set; }

    public TimeSpan LastTokenAt { get; set; }

    public int? CachedTokens { get; set; }

    /// <summary>Workers that just failed it; taken only if there is no other.</summary>
    public IReadOnlySet<string> Avoided => _avoided ?? NoneAvoided;

    /// <summary>Positions that its KV takes now.</summary>
    public int Tokens => Arrival.PromptTokens + Generated;

    public int MaxTokens => Arrival.PromptTokens + Arrival.OutputTokens;

    public void Avoid(SimulatedWorker worker) => (_avoided ??= new(StringComparer.Ordinal)).Add(worker.Name);

    public void BeginAttempt()
    {
        Key = Key with { Epoch = Key.Epoch + 1 };
        (Decode, Source, CachedAtDecode, WasOrdered, IsDecoding) = (null, null, 0, false, false);
        GeneratedAtAttempt = Generated;
    }

    /// <summary>Goes on under a new name where it is, without a new attempt at anything.</summary>
    public SequenceKey Rename() => Key = Key with { Epoch = Key.Epoch + 1 };

    /// <param name="work">What a worker is asked for.</param>
    /// <param name="without">Latest tokens that have no KV yet.</param>
    public SequenceRequest Sequence(SequenceWork work, int without = 0)
    {
        int[] tokens = PromptContent.Tokens(Arrival, _number);
        int generated = Generated - without;
        if (generated > 0)
        {
            Array.Resize(ref tokens, tokens.Length + generated);
            tokens.AsSpan(Arrival.PromptTokens).Fill(Slot);
        }

        return new SequenceRequest
        {
            Key = Key,
            Work = work,
            Tokens = tokens,
            PromptLength = Arrival.PromptTokens,
            Sampling = _sampling,
            Stop = _stop,
        };
    }
}
