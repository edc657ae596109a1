using Baton.Contracts.Handoff;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Baton.Silo.Streams;

/// <summary>What crosses to the consumer's silo: descriptors of one stream, a few hundred bytes each.</summary>
[GenerateSerializer, Immutable, Alias("baton.KvBatch")]
public sealed class KvBatchContainer(StreamId streamId, KvDescriptor[] descriptors, EventSequenceTokenV2 token)
    : IBatchContainer
{
    [Id(0)] public StreamId StreamId { get; } = streamId;

    [Id(1)] public KvDescriptor[] Descriptors { get; } = descriptors;

    [Id(2)] public EventSequenceTokenV2 Token { get; } = token;

    public StreamSequenceToken SequenceToken => Token;

    public IEnumerable<Tuple<T, StreamSequenceToken>> GetEvents<T>() => Descriptors
        .OfType<T>()
        .Select((e, i) => Tuple.Create(e, (StreamSequenceToken)Token.CreateSequenceTokenForEvent(i)));

    public bool ImportRequestContext() => false;
}
