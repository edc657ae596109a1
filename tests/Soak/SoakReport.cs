using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Soak;

/// <summary>What happened, and what is left.</summary>
internal sealed class SoakReport
{
    private static readonly JsonSerializerOptions _json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private int _handoffs;
    private int _landed;
    private int _local;
    private int _cancelled;
    private int _wrong;

    /// <summary>Requests that were ordered.</summary>
    public int Handoffs => _handoffs;

    /// <summary>Those answered in full after a handoff.</summary>
    public int Landed => _landed;

    /// <summary>Those answered in full whose last attempt needed no handoff.</summary>
    public int AnsweredWithout => _local;

    public int Cancelled => _cancelled;

    /// <summary>Those that failed, by what the client was told.</summary>
    public ConcurrentDictionary<string, int> Failed { get; } = [];

    /// <summary>Answers other than those of an undisturbed run.</summary>
    public int WrongTokens => _wrong;

    public int Kills { get; set; }

    public int Stops { get; set; }

    /// <summary>KV blocks in use once nothing runs.</summary>
    public int BlocksLeft { get; set; }

    /// <summary>Handoffs in flight once nothing runs: reservations, credits and leases are theirs.</summary>
    public int HandoffsLeft { get; set; }

    /// <summary>Sockets that their peer has closed and nobody here has.</summary>
    public int SocketsLeft { get; set; }

    /// <summary>Open files of the gateway beyond those it had before the first fault.</summary>
    public int HandlesLeft { get; set; }

    /// <summary>Mappings of pools whose worker is dead.</summary>
    public int MappingsLeft { get; set; }

    /// <summary>Segments of shared memory after the last process has gone.</summary>
    public int SegmentsLeft { get; set; }

    public double Seconds { get; set; }

    [JsonIgnore]
    public bool IsClean => WrongTokens == 0 && Failed.IsEmpty
        && BlocksLeft + HandoffsLeft + SocketsLeft + HandlesLeft + MappingsLeft + SegmentsLeft == 0;

    public void Ordered() => Interlocked.Increment(ref _handoffs);

    public void Answered(bool handedOver) => Interlocked.Increment(ref handedOver ? ref _landed : ref _local);

    public void WasCancelled() => Interlocked.Increment(ref _cancelled);

    public void WasWrong() => Interlocked.Increment(ref _wrong);

    public void HasFailed(string reason) => Failed.AddOrUpdate(reason, 1, (_, n) => n + 1);

    public string ToJson() => JsonSerializer.Serialize(this, _json);
}
