using Baton.Contracts.Planning;
using Baton.Grains.Planning;

namespace Baton.Silo.Tests.Planning;

/// <summary>Keeps what it was told, and starts nothing.</summary>
internal sealed class FakeDriver : IScaleDriver
{
    private volatile ScaleOrder? _latest;
    private volatile OrderedWorker[] _ordered = [];

    public string Name => "fake";

    public bool CanConvert { get; init; }

    public IReadOnlyList<OrderedWorker> Ordered => _ordered;

    public ScaleOrder? Latest => _latest;

    /// <summary>Has it own workers that somebody else started.</summary>
    public void Adopt(IEnumerable<OrderedWorker> workers) => _ordered = [.. workers];

    public void Apply(ScaleOrder order) => _latest = order;
}
