using Baton.Simulation.Faults;

namespace Baton.Simulation.Network;

/// <summary>
/// Carries calls between silos as Orleans does: a call that is not answered in time fails, and so does one to a silo that
/// is found dead. What happens to each message on its way is the weather's to say.
/// </summary>
internal sealed class SimulatedNetwork(World world, Weather weather)
{
    public static readonly TimeSpan ResponseTimeout = TimeSpan.FromSeconds(8);
    public static readonly TimeSpan LongTimeout = TimeSpan.FromSeconds(40);

    public bool IsTraced => world.Trace.IsKept;

    /// <summary>A message that nobody answers, and that may come twice.</summary>
    public void Post(Node from, string to, string? what, Func<Node, Task> take)
    {
        if (Find(from, to) is { } target)
        {
            Send(from, target, what, mayRepeat: true, () => take(target).Ignore());
        }
    }

    public Task Call(Node from, string to, string what, Func<Node, Task> serve, bool mayRepeat = false) =>
        Call(from, to, what, async node =>
        {
            await serve(node);
            return true;
        }, mayRepeat);

    public Task<T> Call<T>(
        Node from, string to, string what, Func<Node, Task<T>> serve, bool mayRepeat = false, TimeSpan? timeout = null)
    {
        var answer = new TaskCompletionSource<T>();
        if (Find(from, to) is not { } target)
        {
            world.Time.In(weather.Delay(), () => answer.TrySetException(new SiloUnavailableException($"No silo is {to}.")));
            return answer.Task;
        }

        (SiloAddress To, Action<Exception> Fail) call = (target.Silo, e => answer.TrySetException(e));
        from.Calls.Add(call);
        world.Time.In(timeout ?? ResponseTimeout, () =>
        {
            if (from.Calls.Remove(call))
            {
                world.Trace.Add(from.Name, target.Name, $"no answer: {what}");
                answer.TrySetException(new TimeoutException($"{to} did not answer: {what}"));
            }
        });
        Send(from, target, what, mayRepeat, () => Serve(from, target, what, serve, answer, call).Ignore());
        return answer.Task;
    }

    /// <summary>A piece of a byte stream; false when the connection breaks.</summary>
    public void Stream(Node from, Node to, Action<bool> end)
    {
        if (weather.Breaks(from, to))
        {
            world.Time.In(weather.Delay(), () => end(false));
        }
        else if (!weather.Hangs())
        {
            world.Time.In(weather.Delay(), () => end(from.IsUp && to.IsUp));
        }
    }

    private async Task Serve<T>(
        Node from, Node target, string what, Func<Node, Task<T>> serve, TaskCompletionSource<T> answer,
        (SiloAddress To, Action<Exception> Fail) call)
    {
        Action reply;
        try
        {
            var result = await serve(target);
            reply = () => answer.TrySetResult(result);
        }
        catch (Exception e)
        {
            reply = () => answer.TrySetException(e);
        }

        Send(target, from, IsTraced ? $"answer: {what}" : "", mayRepeat: false, () =>
        {
            if (from.Calls.Remove(call))
            {
                reply();
            }
        });
    }

    private void Send(Node from, Node to, string? what, bool mayRepeat, Action arrive)
    {
        if (!from.IsUp)
        {
            return;
        }

        if (from == to)
        {
            world.Time.In(TimeSpan.Zero, () => Arrive(from, to, what, arrive));
            return;
        }

        var copies = weather.Copies(from, to, mayRepeat);
        if (copies == 0)
        {
            world.Trace.Add(from.Name, to.Name, $"lost: {what}");
        }

        for (var i = 0; i < copies; i++)
        {
            world.Time.In(weather.Delay() + world.LeftOf(from.HangsUntil), () => Arrive(from, to, what, arrive));
        }
    }

    private void Arrive(Node from, Node to, string? what, Action arrive)
    {
        // The connection to a silo is closed when it is known to be dead.
        if (!to.IsUp || to.Membership.IsDead(from.Silo))
        {
            return;
        }

        if (world.LeftOf(to.HangsUntil) is { Ticks: > 0 } left)
        {
            world.Time.In(left, () => Arrive(from, to, what, arrive));
            return;
        }

        if (what is not null)
        {
            world.Trace.Add(from.Name, to.Name, what);
        }

        arrive();
    }

    private Node? Find(Node from, string to) =>
        from.Membership.Find(to) is { } silo ? world.NodeAt(silo) : null;
}
