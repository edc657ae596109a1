using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Core.Engine;

namespace Baton.Silo.Workers;

/// <summary>
/// Asks the gateways now and then which of a worker's sequences they still want, and releases the others. A release is
/// one call: where it is lost, or comes before the order that it is for, nobody else would ever free those blocks.
/// </summary>
internal sealed class SequenceAudit : IAsyncDisposable
{
    private const int MostAtOnce = 1024;

    private readonly Deliveries _deliveries;
    private readonly IGrainFactory _grains;
    private readonly Func<SequenceKey, Task> _release;
    private readonly Action<SequenceKey, GatewayId> _found;
    private readonly ITimer _timer;
    private HashSet<SequenceKey> _seenBefore = [];
    private int _running;

    public SequenceAudit(
        Deliveries deliveries, IGrainFactory grains, TimeSpan interval, TimeProvider time,
        Func<SequenceKey, Task> release, Action<SequenceKey, GatewayId> found)
    {
        (_deliveries, _grains, _release, _found) = (deliveries, grains, release, found);
        _timer = time.CreateTimer(_ => Run(), null, interval, interval);
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void Run()
    {
        if (Interlocked.Exchange(ref _running, 1) == 0)
        {
            AuditAsync().Ignore();
        }
    }

    private async Task AuditAsync()
    {
        try
        {
            var (before, here) = (_seenBefore, _deliveries.All());
            _seenBefore = [.. here.Select(h => h.Key)];
            var old = here.Where(h => before.Contains(h.Key)).GroupBy(h => h.Gateway, h => h.Key);
            foreach (var ofGateway in old)
            {
                foreach (var keys in ofGateway.Chunk(MostAtOnce))
                {
                    await AskAsync(ofGateway.Key, keys);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }

    private async Task AskAsync(GatewayId gateway, SequenceKey[] keys)
    {
        try
        {
            foreach (var key in await _grains.GetGrain<IGatewayGrain>(gateway.Name).Unwanted(keys))
            {
                _found(key, gateway);
                await _release(key);
            }
        }
        catch (Exception e) when (e is Orleans.Runtime.OrleansException or TimeoutException or OperationCanceledException)
        {
            // A gateway that does not answer is asked again; of one that is dead membership speaks.
        }
    }
}
