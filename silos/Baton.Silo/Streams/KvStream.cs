namespace Baton.Silo.Streams;

/// <summary>Names of the stream that carries KV descriptors.</summary>
public static class KvStream
{
    /// <summary>The stream provider.</summary>
    public const string Provider = "kv";

    /// <summary>The namespace of its streams; their key is the decode worker's name.</summary>
    public const string Namespace = "kv";

    /// <summary>
    /// One stream a decode worker, not one a request: the first event of an unknown stream stalls its queue for
    /// milliseconds.
    /// </summary>
    public static StreamId To(string decodeWorker) => StreamId.Create(Namespace, decodeWorker);
}
