using Baton.Contracts.Sessions;
using Baton.Grains.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace Baton.Silo.Tests.Sessions;

internal static class Packing
{
    public static SessionPacker Packer { get; } = new(
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>());

    /// <summary>What comes out of a record that the log was packed into.</summary>
    public static IEnumerable<SessionEvent> Repeat(CompactEvents log) =>
        Packer.Unpack(Packer.Pack(new KeptSession(SimulatedCluster.Request(1, 10, 3), log))).Log;
}
