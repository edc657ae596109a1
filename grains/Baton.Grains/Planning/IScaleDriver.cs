using Baton.Contracts.Planning;

namespace Baton.Grains.Planning;

/// <summary>
/// What starts workers and has them end, where it can: processes on this machine, pods of a cluster. It keeps up the number
/// it was told, so one that dies is started again.
/// </summary>
public interface IScaleDriver
{
    /// <summary>As <c>--autoscale</c> names it.</summary>
    string Name { get; }

    /// <summary>The workers it has ordered, with how far each has come.</summary>
    IReadOnlyList<OrderedWorker> Ordered { get; }

    /// <summary>Whether a worker that runs can be had to change its role in place.</summary>
    bool CanConvert => false;

    /// <summary>Takes up what is wanted and returns at once.</summary>
    void Apply(ScaleOrder order);
}
