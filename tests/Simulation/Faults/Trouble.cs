using Baton.Contracts.Workers;
using Baton.Simulation.Network;
using Baton.Simulation.Nodes;

namespace Baton.Simulation.Faults;

/// <summary>What befalls the silos of a world: crashes and restarts, hangs, drains, and pairs that are cut off.</summary>
internal sealed class Trouble(World world)
{
    private const int Most = 4;

    private Random Random => world.Random;

    public void Begin()
    {
        for (var i = world.IsCalm ? 0 : Random.Next(Most + 1); i > 0; i--)
        {
            world.Time.In(Between(400, 5000), Strike);
        }
    }

    private void Strike()
    {
        switch (Random.Next(12))
        {
            case < 3 when world.Workers.Any():
                Crash(world.Any(world.Workers));
                break;
            case < 5 when world.Workers.Any():
                Hang(world.Any(world.Workers));
                break;
            case < 7 when world.Workers.Any(w => w.Role == WorkerRole.Decode):
                Drain(world.Any(world.Workers.Where(w => w.Role == WorkerRole.Decode)));
                break;
            case < 8 when world.Workers.Any():
                Drain(world.Any(world.Workers));
                break;
            case < 10:
                CutOff(world.Any(world.Up), world.Any(world.Up));
                break;
            case < 12 when world.Gateways.Count() > 1:
                Crash(world.Any(world.Gateways));
                break;
        }
    }

    private void Crash(Node node)
    {
        Note("crash", node);
        node.Crash();
        world.Time.In(Between(200, 5000), () => world.DeclareDead(node));
        if (Random.Next(4) > 0)
        {
            world.Time.In(Between(500, 8000), () => Restart(node));
        }
    }

    /// <summary>
    /// A silo of the same name takes its place. At the same address that declares the one before it dead; elsewhere it may
    /// work for long before the others hear of that death.
    /// </summary>
    private void Restart(Node dead)
    {
        if (dead.IsReplaced)
        {
            return;
        }

        Note("restart", dead);
        dead.IsReplaced = true;
        if (Random.Next(2) == 0)
        {
            world.DeclareDead(dead);
        }

        var life = dead.Silo.Generation + 1;
        world.Join(dead is WorkerNode worker
            ? new WorkerNode(world, dead.Name, worker.Role, life)
            : new GatewayNode(world, dead.Name, life));
    }

    /// <summary>It comes back, sometimes to find that it has been declared dead, and ends as soon as it sees that.</summary>
    private void Hang(Node node)
    {
        if (Random.Next(2) == 0)
        {
            Note("hang", node);
            node.HangsUntil = world.Time.Elapsed + Between(100, 3000);
            return;
        }

        Note("hang for long", node);
        node.HangsUntil = world.Time.Elapsed + Between(2000, 5000);
        world.Time.In(Between(500, 2000), () => world.DeclareDead(node));
        world.Time.In(world.LeftOf(node.HangsUntil) + Between(0, 1000), () =>
        {
            node.Crash();
            Restart(node);
        });
    }

    private void Drain(WorkerNode node)
    {
        Note("drain", node);
        node.Worker.Drain();
        Leave();

        void Leave() => world.Time.In(Between(1000, 2000), () =>
        {
            if (node.IsUp && !node.Worker.IsIdle)
            {
                Leave();
            }
            else if (node.IsUp)
            {
                Note("leave", node);
                node.Crash();
                world.DeclareDead(node);
                world.Time.In(Between(100, 1000), () => Restart(node));
            }
        });
    }

    private void CutOff(Node one, Node other)
    {
        if (one == other)
        {
            return;
        }

        world.Count("cut off");
        world.Trace.Add($"{one.Name} and {other.Name} are cut off");
        world.Weather.Part(one, other);
        world.Time.In(Between(200, 5000), () => world.Weather.Join(one, other));
    }

    private void Note(string what, Node node)
    {
        world.Count(node is GatewayNode ? $"{what} of a gateway" : what);
        world.Trace.Add($"{what}: {node.Name}, life {node.Silo.Generation}");
    }

    private TimeSpan Between(int leastMs, int mostMs) => TimeSpan.FromMilliseconds(Random.Next(leastMs, mostMs));
}
