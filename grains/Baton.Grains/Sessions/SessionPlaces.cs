using System.Collections.Concurrent;
using Baton.Contracts.Gateways;

namespace Baton.Grains.Sessions;

/// <summary>The session activations of this gateway, and the copies it keeps. Safe for concurrent use.</summary>
public sealed class SessionPlaces(SessionVault vault)
{
    private readonly ConcurrentDictionary<GrainId, (GrainAddress Address, bool IsSettled)> _here = new();

    public SessionPlace Of(GrainId session)
    {
        var owner = vault.OwnerOf(session.Key.ToString()!);
        return _here.TryGetValue(session, out var place)
            ? new SessionPlace(place.Address, place.IsSettled, owner)
            : new SessionPlace(null, false, owner);
    }

    /// <summary>Adds an activation; false when there is one already.</summary>
    public bool TryAdd(GrainAddress address) => _here.TryAdd(address.GrainId, (address, false));

    /// <summary>The activation is the only one.</summary>
    public void Settle(GrainAddress address) => _here.TryUpdate(address.GrainId, (address, true), (address, false));

    public void Remove(GrainAddress address)
    {
        if (_here.TryGetValue(address.GrainId, out var place) && place.Address.ActivationId == address.ActivationId)
        {
            _here.TryRemove(KeyValuePair.Create(address.GrainId, place));
        }
    }
}
