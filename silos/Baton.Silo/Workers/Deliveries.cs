using System.Collections.Concurrent;
using Baton.Contracts;
using Baton.Contracts.Gateways;
using Baton.Core.Engine;

namespace Baton.Silo.Workers;

/// <summary>
/// Carries what happens to a worker's sequences to the gateways that ordered them. A sequence that is not known here any
/// more is nobody's: what it still brings is dropped.
/// </summary>
internal sealed class Deliveries(
    WorkerId worker, IGrainFactory grains, WorkerOptions options, TimeProvider time, Action<GatewayId> gatewayLost)
    : IAsyncDisposable
{
    private readonly ConcurrentDictionary<SequenceKey, GatewayId> _gatewayOf = new();
    private readonly ConcurrentDictionary<GatewayId, GatewayLink> _links = new();
    private readonly ConcurrentDictionary<string, long> _gone = new(StringComparer.Ordinal);

    /// <summary>Whether no sequence is here, and all that any brought has been delivered.</summary>
    public bool IsEmpty => _gatewayOf.IsEmpty && _links.Values.All(l => l.IsEmpty);

    /// <summary>Takes a sequence on; null, or why it is not taken.</summary>
    public string? TryAdd(SequenceKey key, GatewayId gateway)
    {
        if (!_gatewayOf.TryAdd(key, gateway))
        {
            return "ordered twice";
        }

        // Looked at after it was added: what is gone is written down before its sequences are looked for.
        if (_gone.TryGetValue(gateway.Name, out var gone) && gone >= gateway.Incarnation)
        {
            Forget(key);
            return "its gateway is gone";
        }

        return null;
    }

    /// <summary>Every sequence that is here, in an order that hangs on no hash, so that a simulation can be replayed.</summary>
    public (SequenceKey Key, GatewayId Gateway)[] All() => [.. InOrder(_gatewayOf).Select(pair => (pair.Key, pair.Value))];

    public bool Knows(SequenceKey key) => _gatewayOf.ContainsKey(key);

    public void Forget(SequenceKey key) => _gatewayOf.TryRemove(key, out _);

    /// <summary>The sequences of that life of a gateway and of those before it, in the same order.</summary>
    public IEnumerable<SequenceKey> Of(GatewayId gateway) =>
        InOrder(_gatewayOf.Where(pair => IsOf(pair.Value, gateway))).Select(pair => pair.Key);

    /// <summary>A gateway is dead: its link goes without being emptied, and an order of it that is still on its way finds none.</summary>
    public void Drop(GatewayId gateway)
    {
        _gone.AddOrUpdate(gateway.Name, gateway.Incarnation, (_, known) => Math.Max(known, gateway.Incarnation));
        foreach (var id in _links.Keys.Where(id => IsOf(id, gateway)))
        {
            _links.TryRemove(id, out _);
        }
    }

    /// <summary>Sends what a step brought; waits while a gateway is slow.</summary>
    public async Task SendAsync(StepReport report, CancellationToken cancellationToken)
    {
        var touched = new HashSet<GatewayLink>();
        foreach (var token in report.Tokens)
        {
            if (LinkOf(token.Key) is { } link)
            {
                await link.AddAsync(token, cancellationToken);
                touched.Add(link);
            }
        }

        foreach (var kv in report.Kv)
        {
            if (kv.Last && kv.Finish is null && LinkOf(kv.Key) is { } link)
            {
                link.Add(new HandoffMilestone(kv.Key, HandoffState.Ready, "prefill complete"));
                touched.Add(link);
            }
        }

        foreach (var failure in report.Failures)
        {
            if (LinkOf(failure.Key) is { } link)
            {
                link.Add(failure);
                touched.Add(link);
            }

            Forget(failure.Key);
        }

        foreach (var token in report.Tokens.Where(t => t.Finish is not null))
        {
            Forget(token.Key);
        }

        foreach (var link in touched)
        {
            link.Flush();
        }
    }

    public void Note(SequenceKey key, HandoffState state, string detail)
    {
        if (LinkOf(key) is { } link)
        {
            link.Add(new HandoffMilestone(key, state, detail));
            link.Flush();
        }
    }

    /// <summary>Reports that a sequence will not go on here, and forgets it.</summary>
    public void Fail(SequenceFailure failure)
    {
        if (LinkOf(failure.Key) is { } link)
        {
            link.Add(failure);
            link.Flush();
        }

        Forget(failure.Key);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var link in _links.Values)
        {
            await link.DisposeAsync();
        }
    }

    private static IEnumerable<KeyValuePair<SequenceKey, GatewayId>> InOrder(
        IEnumerable<KeyValuePair<SequenceKey, GatewayId>> sequences) => sequences
        .OrderBy(pair => pair.Key.RequestId, StringComparer.Ordinal)
        .ThenBy(pair => pair.Key.Choice)
        .ThenBy(pair => pair.Key.Epoch);

    private static bool IsOf(GatewayId id, GatewayId gateway) =>
        id.Name == gateway.Name && id.Incarnation <= gateway.Incarnation;

    private GatewayLink? LinkOf(SequenceKey key) => _gatewayOf.TryGetValue(key, out var gateway)
        ? _links.GetOrAdd(gateway, id => new GatewayLink(
            id, worker, grains.GetGrain<IGatewayGrain>(id.Name), options, time, Lost))
        : null;

    // Nobody is left to take these tokens; the sequences' blocks are better used.
    private void Lost(GatewayLink link)
    {
        _links.TryRemove(KeyValuePair.Create(link.Gateway, link));
        gatewayLost(link.Gateway);
    }
}
