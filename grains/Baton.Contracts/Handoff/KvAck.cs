using Baton.Core.Engine;

namespace Baton.Contracts.Handoff;

/// <summary>Decode's answer to one descriptor: its bytes have landed and match, or why not.</summary>
[GenerateSerializer, Immutable, Alias("baton.KvAck")]
public readonly record struct KvAck(SequenceKey Key, int Number, string? Failure)
{
    public bool Landed => Failure is null;
}
