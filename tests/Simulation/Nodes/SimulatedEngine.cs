using System.Threading.Channels;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Simulation.Network;

namespace Baton.Simulation.Nodes;

/// <summary>The real engine loop, whose turns are events: a step takes virtual time.</summary>
internal sealed class SimulatedEngine(EngineLoop loop, Node node) : IEngine
{
    private TimeSpan _busyUntil;
    private bool _hasTurn;

    public EngineInfo Info => loop.Info;

    public EngineLoad Load => loop.Load;

    public WorkerProfile Profile => loop.Profile;

    public FittedProfile Fit() => loop.Fit();

    public ChannelReader<StepReport> Reports => loop.Reports;

    public Task Completion => loop.Completion;

    public async ValueTask SubmitAsync(EngineCommand command, CancellationToken cancellationToken = default)
    {
        await loop.SubmitAsync(command, cancellationToken);
        Wake();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Wake()
    {
        if (!_hasTurn)
        {
            _hasTurn = true;
            node.World.Time.In(node.World.LeftOf(_busyUntil), Turn);
        }
    }

    private void Turn()
    {
        if (node.World.LeftOf(node.HangsUntil) is { Ticks: > 0 } left)
        {
            node.World.Time.In(left, Turn);
            return;
        }

        _hasTurn = false;
        if (!node.IsUp)
        {
            return;
        }

        try
        {
            if (loop.Turn())
            {
                _busyUntil = node.World.Time.Elapsed + TimeSpan.FromMilliseconds(node.World.Random.Next(5, 40));
                Wake();
            }
        }
        catch (Exception e)
        {
            node.World.Violate($"the engine of {node.Name} failed: {e}");
        }
    }
}
