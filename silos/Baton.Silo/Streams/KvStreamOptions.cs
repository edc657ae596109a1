namespace Baton.Silo.Streams;

/// <summary>Bounds of the KV stream provider.</summary>
public sealed class KvStreamOptions
{
    /// <summary>Descriptors that wait for the pulling agent; a publisher waits beyond that. Default 4096.</summary>
    public int QueuedEvents { get; set; } = 4096;

    /// <summary>Descriptors read but not yet delivered to every consumer. Default 4096.</summary>
    public int CachedEvents { get; set; } = 4096;

    /// <summary>Descriptors in one delivery. Default 16.</summary>
    public int DeliveryBatch { get; set; } = 16;

    /// <summary>How long a receiver waits for an event before it reports none. Default 500 ms.</summary>
    public TimeSpan LongPoll { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long delivery to a consumer is tried. Beyond it the descriptor is dropped and its lease ends by itself.
    /// Default 5 s.
    /// </summary>
    public TimeSpan MaxDeliveryTime { get; set; } = TimeSpan.FromSeconds(5);
}
