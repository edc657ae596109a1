using Baton.Contracts.Handoff;
using Baton.Silo.Streams;

namespace Baton.Silo.Tests.Streams;

public sealed class KvQueueReceiverTests
{
    private const int Writers = 8;
    private const int EventsEach = 2000;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_WhileManyWrite_NumbersRiseByOne()
    {
        var queue = new KvQueue(64);
        var receiver = new KvQueueReceiver(queue, TimeSpan.FromSeconds(20), Cancelled);
        var writing = Enumerable.Range(0, Writers).Select(i => Task.Run(
            async () =>
            {
                for (var n = 0; n < EventsEach; n++)
                    await queue.Add(KvStream.To($"decode-{i}"), Array.Empty<KvDescriptor>());
            },
            Cancelled)).ToArray();

        var expected = 0L;
        while (expected < Writers * EventsEach)
        {
            foreach (var batch in await receiver.GetQueueMessagesAsync(0, Cancelled))
                Assert.Equal(++expected, batch.SequenceToken.SequenceNumber);
        }
        await Task.WhenAll(writing);
    }

    [Fact]
    public async Task Read_NothingComes_EndsWithThePoll()
    {
        var receiver = new KvQueueReceiver(new KvQueue(1), TimeSpan.FromMilliseconds(1), Cancelled);

        Assert.Empty(await receiver.GetQueueMessagesAsync(0, Cancelled));
    }
}
