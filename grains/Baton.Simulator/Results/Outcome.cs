namespace Baton.Simulator.Results;

/// <summary>How a request ended.</summary>
public enum Outcome
{
    Completed,

    /// <summary>Refused, before or after it was prefilled.</summary>
    Rejected,

    /// <summary>Given up: no worker in time, or one attempt after the other failed.</summary>
    Failed,
}
