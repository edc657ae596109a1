namespace Baton.Core.Scheduling;

/// <summary>Where a sequence is in its engine.</summary>
public enum SequenceState
{
    /// <summary>In the queue, without blocks.</summary>
    Waiting,

    /// <summary>In the running batch.</summary>
    Running,

    /// <summary>Holds blocks that KV from elsewhere will fill.</summary>
    Reserved,

    /// <summary>Prefilled; holds its blocks until the handoff ends.</summary>
    Parked,
}
