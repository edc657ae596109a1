using Baton.Contracts.Planning;
using Baton.Grains.Planning;

namespace Baton.Silo.Tests.Planning;

/// <summary>Keeps what it was told, and starts nothing.</summary>
internal sealed class FakeDriver : IScaleDriver
{
    private volatile ScaleOrder? _latest;

    public string Name => "fake";

    public IReadOnlyList<OrderedWorker> Ordered => [];

    public ScaleOrder? Latest => _latest;

    public void Apply(ScaleOrder order) => _latest = order;
}
