namespace Baton.Silo.Streams;

/// <summary>The consumer of a decode worker's KV stream; its key is the worker's name.</summary>
[Alias("baton.IKvSinkGrain")]
public interface IKvSinkGrain : IGrainWithStringKey;
