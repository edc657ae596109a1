namespace Baton.Contracts.Workers;

/// <summary>The phase that a worker serves.</summary>
public enum WorkerRole
{
    Prefill,
    Decode,
}
