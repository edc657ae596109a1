using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Baton.Testing;

namespace Baton.Chaos;

/// <summary>What happened to the streams.</summary>
internal sealed class ChaosReport
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly Samples _silences = new();
    private readonly Samples _gaps = new();
    private readonly Samples _pauses = new();
    private int _streams;
    private int _wrong;
    private int _lost;
    private int _doubled;
    private int _drops;
    private long _tokens;

    /// <summary>Streams that were read to their end.</summary>
    public int Streams => _streams;

    public long Tokens => Interlocked.Read(ref _tokens);

    /// <summary>Those that failed, by what the client was told.</summary>
    public ConcurrentDictionary<string, int> Failed { get; } = [];

    /// <summary>Streams with other tokens than an undisturbed run.</summary>
    public int Wrong => _wrong;

    public int LostTokens => _lost;

    public int DoubledTokens => _doubled;

    /// <summary>Connections that clients cut themselves.</summary>
    public int Drops => _drops;

    /// <summary>Faults, by kind.</summary>
    public ConcurrentDictionary<string, int> Faults { get; } = [];

    /// <summary>The longest silence of each stream, between two tokens or before the first, in seconds.</summary>
    public double? SilenceP50 => Percentile(_silences, 50);

    public double? SilenceP99 => Percentile(_silences, 99);

    public double? SilenceMax => Percentile(_silences, 100);

    /// <summary>The longest wait of each stream between two tokens.</summary>
    public double? GapP50 => Percentile(_gaps, 50);

    public double? GapP99 => Percentile(_gaps, 99);

    /// <summary>From the stop of a sequence that moves with its KV until it decodes elsewhere.</summary>
    public double? PauseP50 => Percentile(_pauses, 50);

    public double? PauseP99 => Percentile(_pauses, 99);

    /// <summary>Sequences prefilled again, as the cluster counts them.</summary>
    public long Recomputes { get; set; }

    /// <summary>Sequences moved with their KV.</summary>
    public long Migrations { get; set; }

    /// <summary>Resident memory of the processes.</summary>
    [JsonIgnore]
    public MemoryRecord Memory { get; } = new();

    /// <summary>By how much each process has grown after its first thirty seconds, in per cent.</summary>
    public IReadOnlyDictionary<string, double> MemoryGrowth => Memory.Growth;

    /// <summary>KV blocks in use and sequences running once no stream is.</summary>
    public int Left { get; set; }

    /// <summary>How long after the last stream's end everything was released, in seconds.</summary>
    public double CalmSeconds { get; set; }

    [JsonIgnore]
    public bool IsClean => Failed.IsEmpty && Wrong + LostTokens + DoubledTokens + Left == 0;

    public void Ended(bool isRight, Stream stream)
    {
        Interlocked.Increment(ref _streams);
        Interlocked.Add(ref _wrong, isRight ? 0 : 1);
        Interlocked.Add(ref _lost, stream.Lost);
        Interlocked.Add(ref _doubled, stream.Doubled);
        Interlocked.Add(ref _tokens, stream.Tokens.Count);
        Add(_silences, stream.SilenceSeconds);
        Add(_gaps, stream.GapSeconds);
    }

    public void HasPaused(double seconds) => Add(_pauses, seconds);

    public void Dropped() => Interlocked.Increment(ref _drops);

    public void HasFailed(string reason) => Failed.AddOrUpdate(reason, 1, (_, n) => n + 1);

    public void HasBroken(Fault fault) =>
        Faults.AddOrUpdate(fault.ToString().ToLowerInvariant(), 1, (_, n) => n + 1);

    public string ToJson() => JsonSerializer.Serialize(this, _json);

    private static void Add(Samples samples, double value)
    {
        lock (samples)
        {
            samples.Add(value);
        }
    }

    /// <summary>Null where there is nothing.</summary>
    private static double? Percentile(Samples samples, double percent)
    {
        lock (samples)
        {
            var value = samples.Percentile(percent);
            return double.IsNaN(value) ? null : Math.Round(value, 3);
        }
    }
}
