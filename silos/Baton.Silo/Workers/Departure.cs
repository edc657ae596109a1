using Baton.Contracts.Workers;

namespace Baton.Silo.Workers;

/// <summary>Whether a worker is on its way out, and whether its process goes on in another role then.</summary>
public sealed class Departure(WorkerRole role)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private WorkerRole? _next;

    /// <summary>Completes when it is asked to leave or to be converted.</summary>
    public Task Asked => _asked.Task;

    /// <summary>The role that its process takes when it has drained; null where it ends.</summary>
    public WorkerRole? NextRole
    {
        get
        {
            lock (_gate)
            {
                return _next;
            }
        }
    }

    /// <summary>It leaves for good: also one that was to be converted.</summary>
    public void Leave() => Begin(null);

    /// <summary>It leaves, to come back in another role; false for one that leaves for good, since it was counted out.</summary>
    public bool Convert(WorkerRole to)
    {
        lock (_gate)
        {
            return to != role && (!_asked.Task.IsCompleted || _next == to) && Begin(to);
        }
    }

    /// <summary>It takes nothing new; what becomes of it then stays as it is.</summary>
    public void Begin() => _asked.TrySetResult();

    private bool Begin(WorkerRole? next)
    {
        lock (_gate)
        {
            _next = next;
            _asked.TrySetResult();
            return true;
        }
    }
}
