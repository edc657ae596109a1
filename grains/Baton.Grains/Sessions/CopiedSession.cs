namespace Baton.Grains.Sessions;

/// <summary>A session, and how much of it its standby has. Guarded by the lock of <see cref="SessionCopies"/>.</summary>
internal sealed class CopiedSession(ISessionRecord session)
{
    private TaskCompletionSource? _whole;

    public ISessionRecord Session { get; set; } = session;

    public string? Standby { get; private set; }

    /// <summary>Entries that have arrived.</summary>
    public int Sent { get; set; }

    /// <summary>Whether it has the request.</summary>
    public bool IsKnown { get; set; }

    public bool IsComplete { get; private set; }

    /// <summary>Completes when the standby has all of it.</summary>
    public Task Whole => IsComplete
        ? Task.CompletedTask
        : (_whole ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    public void Complete()
    {
        IsComplete = true;
        _whole?.TrySetResult();
        _whole = null;
    }

    public void Restart(string? standby) => (Standby, Sent, IsKnown, IsComplete) = (standby, 0, false, false);
}
