using Baton.Core.Planning;
using Baton.Simulator.Results;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Scaling;

/// <summary>Lets workers die by a seed. Unless the planner sees to it, each is replaced once its death is known.</summary>
internal sealed class Deaths(
    Agenda agenda, WorkerPool pool, Recorder recorder, FaultOptions options, Chance chance, bool replaces)
{
    public void Begin()
    {
        if (options.DeathsPerHour > 0)
            agenda.After(TimeSpan.FromHours(chance.Exponential() / options.DeathsPerHour), Strike);
    }

    private void Strike()
    {
        SimulatedWorker[] ready = [.. pool.Workers.Where(w => w.Stage == WorkerStage.Ready)];
        if (ready.Length > 0)
            Kill(ready[(int)(chance.Unit() * ready.Length)]);
        Begin();
    }

    private void Kill(SimulatedWorker worker)
    {
        recorder.Deaths++;
        pool.Kill(worker);
        agenda.After(options.NoticedAfter, () =>
        {
            pool.Bury(worker);
            if (replaces)
                pool.Order(worker.Phase, worker.Profile);
        });
    }
}
