namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>What is under way between workers: delivered in any order, and some of it lost, repeated or held for ever.</summary>
internal sealed class ModelNetwork(Random random)
{
    private readonly List<Action> _underWay = [];
    private readonly List<Hop> _hanging = [];

    public int Count => _underWay.Count;

    /// <summary>Comes for certain, at any time.</summary>
    public void Send(Action delivery) => _underWay.Add(delivery);

    /// <summary>May be lost or come twice.</summary>
    public void Post(Action delivery)
    {
        var copies = random.Next(100) switch
        {
            < 6 => 0,
            < 16 => 2,
            _ => 1,
        };
        for (var i = 0; i < copies; i++)
            _underWay.Add(delivery);
    }

    /// <summary>One piece of a byte stream: true when it came, false when the connection broke or was given up.</summary>
    public Task<bool> Stream(string source, CancellationToken cancelled)
    {
        var hop = new Hop(source, cancelled);
        if (random.Next(100) < 2)
            _hanging.Add(hop);
        else
            _underWay.Add(() => hop.End(random.Next(100) >= 2));
        return hop.Task;
    }

    /// <summary>A while that nothing cuts short.</summary>
    public Task Lag()
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay.Add(over.SetResult);
        return over.Task;
    }

    /// <summary>Connections to a source are closed: nothing hangs on them any longer.</summary>
    public void Close(string source)
    {
        foreach (var hop in _hanging.Where(h => h.Source == source))
            hop.End(came: false);
        _hanging.RemoveAll(h => h.Source == source);
    }

    public void DeliverOne()
    {
        var at = random.Next(_underWay.Count);
        var delivery = _underWay[at];
        _underWay.RemoveAt(at);
        delivery();
    }

    private sealed class Hop
    {
        private readonly TaskCompletionSource<bool> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Hop(string source, CancellationToken cancelled)
        {
            Source = source;
            cancelled.UnsafeRegister(static hop => ((Hop)hop!).End(came: false), this);
        }

        public string Source { get; }

        public Task<bool> Task => _end.Task;

        public void End(bool came) => _end.TrySetResult(came);
    }
}
