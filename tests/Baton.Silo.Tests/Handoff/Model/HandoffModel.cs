using System.Runtime.ExceptionServices;
using Baton.Contracts;
using Baton.Contracts.Handoff;
using Baton.Core.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Baton.Silo.Tests.Handoff.Model;

/// <summary>
/// Two prefill and two decode workers with the real exporters and importers, the sessions that order handoffs between
/// them, and one seed that decides what happens next: which loop runs, what arrives, is lost, repeated or forged, who
/// cancels, who dies, and how time passes. One thread, so a seed is a schedule.
/// </summary>
internal sealed class HandoffModel : IAsyncDisposable
{
    public const int PoolBlocks = 24;
    public const int MostBlocks = 7;

    private const int Steps = 250;
    private const int MostHandoffs = 10;

    public static readonly KvLayout Layout = new(4, 16, "model", Layers: 4);
    public static readonly long WindowBytes = 4 * Layout.BlockBytes;

    private readonly List<ModelPrefill> _prefills = [];
    private readonly List<ModelDecode> _decodes = [];
    private readonly Dictionary<SequenceKey, ModelHandoff> _handoffs = [];
    private readonly List<Task> _releases = [];
    private readonly TaskFactory _sessions;
    private Exception? _fault;

    public HandoffModel(int seed)
    {
        Random = new Random(seed);
        Time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(50));
        Loops = new SeededScheduler(Random);
        Network = new ModelNetwork(Random);
        _sessions = new TaskFactory(Loops);
        for (var i = 0; i < 2; i++)
        {
            _prefills.Add(new ModelPrefill(this, new WorkerId($"prefill-{i}", 1)));
            _decodes.Add(new ModelDecode(this, new WorkerId($"decode-{i}", 1)));
        }
    }

    public Random Random { get; }

    public FakeTimeProvider Time { get; }

    public SeededScheduler Loops { get; }

    public ModelNetwork Network { get; }

    public IReadOnlyCollection<ModelHandoff> Handoffs => _handoffs.Values;

    public int Deaths { get; private set; }

    public int Forged { get; private set; }

    private IEnumerable<ModelPrefill> Prefills => _prefills.Where(p => p.IsAlive);

    private IEnumerable<ModelDecode> Decodes => _decodes.Where(d => d.IsAlive);

    public ModelHandoff Handoff(SequenceKey key) => _handoffs[key];

    /// <summary>Null once it is dead: nobody serves its bytes.</summary>
    public ModelPrefill? Prefill(WorkerId id) => Prefills.FirstOrDefault(p => p.Id == id);

    public void Run()
    {
        for (var step = 0; step < Steps; step++)
        {
            Step();
            AssertSound();
        }
        // Every session ends in the end, and time passes until the last deadline has.
        foreach (var handoff in Handoffs)
            Network.Send(() => Over(handoff));
        for (var second = 0; second < 60; second++)
        {
            Settle();
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        Settle();
        AssertSound();
    }

    public void Publish(string worker, KvDescriptor descriptor)
    {
        var isForged = Random.Next(16) == 0;
        if (!isForged || Random.Next(2) == 0)
            Network.Post(() => Deliver(worker, descriptor, mustBeRefused: false));
        if (!isForged)
            return;
        Forged++;
        var (forged, isForeign) = ModelForger.Forge(descriptor, Handoff(descriptor.Key).Token, Random);
        Network.Post(() => Deliver(worker, forged, isForeign));
    }

    public ValueTask Acknowledge(ModelDecode from, WorkerId producer, KvAck[] acks)
    {
        if (!from.IsAlive)
            return ValueTask.CompletedTask;
        if (Random.Next(30) == 0)
            throw new InvalidOperationException("The producer cannot be reached.");
        foreach (var ack in acks)
            Network.Post(() => Prefill(producer)?.Acknowledge(ack));
        return ValueTask.CompletedTask;
    }

    /// <summary>The session lets go of both sides; as often as it hears of an end.</summary>
    public void Over(ModelHandoff handoff)
    {
        handoff.IsOver = true;
        Network.Send(() => handoff.Prefill.Release(handoff));
        Network.Send(() => _releases.Add(_sessions.StartNew(() => handoff.Decode.Release(handoff)).Unwrap()));
    }

    /// <summary>For asserts in the callbacks of loops, which nobody waits for.</summary>
    public void Check(Action asserts)
    {
        try
        {
            asserts();
        }
        catch (Exception e)
        {
            _fault ??= e;
        }
    }

    public void AssertEnd()
    {
        foreach (var handoff in Handoffs)
            AssertEnd(handoff);
        foreach (var prefill in Prefills)
        {
            var stats = prefill.Exporter.Stats;
            Assert.Equal((0, 0L, 0, PoolBlocks), (stats.Open, stats.UnackedBytes, prefill.Leases.Count, prefill.Pool.Free));
            prefill.Pool.AssertUntouched();
        }
        foreach (var decode in Decodes)
        {
            var stats = decode.Importer.Stats;
            Assert.Equal((0, 0, PoolBlocks), (stats.Expected, stats.Queued, decode.Pool.Free));
            decode.Pool.AssertUntouched();
        }
        Assert.All(_releases, r => Assert.True(r.IsCompletedSuccessfully, $"a release is {r.Status}: {r.Exception}"));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _decodes.Cast<IAsyncDisposable>().Concat(_prefills))
        {
            var disposing = worker.DisposeAsync().AsTask();
            while (!disposing.IsCompleted)
            {
                Settle();
                await Task.Yield();
            }
            await disposing;
        }
    }

    private static void AssertEnd(ModelHandoff handoff)
    {
        if (handoff.IsOpened && handoff.Prefill.IsAlive)
            Assert.True(handoff.Released.Count == 1, $"{handoff.Key} at prefill: {string.Join(", ", handoff.Released)}");
        if (handoff.IsExpected && handoff.Decode.IsAlive)
            Assert.True(handoff.Arrived.Count == 1, $"{handoff.Key} at decode: {string.Join(", ", handoff.Arrived)}");
    }

    private void Step()
    {
        switch (Random.Next(100))
        {
            case < 6:
                Begin();
                break;
            case < 8 when _handoffs.Count > 0:
                Over(Handoffs.ElementAt(Random.Next(_handoffs.Count)));
                break;
            case < 9:
                Kill();
                break;
            case < 16:
                Time.Advance(TimeSpan.FromMilliseconds(Random.Next(8) == 0 ? Random.Next(40_000) : Random.Next(1500)));
                break;
            case < 55 when Loops.Ready > 0:
                Loops.RunOne();
                break;
            default:
                if (Network.Count > 0)
                    Network.DeliverOne();
                else if (Loops.Ready > 0)
                    Loops.RunOne();
                break;
        }
    }

    private void Settle()
    {
        while (Loops.Ready + Network.Count > 0)
        {
            if (Random.Next(Loops.Ready + Network.Count) < Loops.Ready)
                Loops.RunOne();
            else
                Network.DeliverOne();
        }
    }

    private void Begin()
    {
        if (_handoffs.Count == MostHandoffs)
            return;
        var blocks = Random.Next(1, MostBlocks + 1);
        var handoff = new ModelHandoff(
            _handoffs.Count, blocks, Random.Next(3) == 0 ? Random.Next(blocks + 1) : 0, Any(Prefills), Any(Decodes));
        _handoffs.Add(handoff.Key, handoff);
        Network.Send(() => Reserve(handoff));
    }

    private void Reserve(ModelHandoff handoff)
    {
        if (!handoff.Decode.IsAlive || !handoff.Prefill.IsAlive || !handoff.Decode.Reserve(handoff))
            Over(handoff);
        else
            Network.Send(() => Order(handoff));
    }

    private void Order(ModelHandoff handoff)
    {
        if (handoff.Prefill.IsAlive && handoff.Prefill.Pool.Free >= handoff.Blocks)
            handoff.Prefill.Order(handoff);
        else
            Over(handoff);
    }

    /// <summary>A worker dies and is replaced by one of its name; sooner or later everybody hears of it.</summary>
    private void Kill()
    {
        Deaths++;
        if (Random.Next(2) == 0)
        {
            var dead = Any(Prefills);
            dead.IsAlive = false;
            _prefills.Add(new ModelPrefill(this, new WorkerId(dead.Id.Name, dead.Id.Incarnation + 1)));
            foreach (var decode in Decodes)
                Network.Send(() => decode.Importer.PeerGone(dead.Id));
            TellSessions(h => h.Prefill == dead);
        }
        else
        {
            var dead = Any(Decodes);
            dead.IsAlive = false;
            _decodes.Add(new ModelDecode(this, new WorkerId(dead.Id.Name, dead.Id.Incarnation + 1)));
            foreach (var prefill in Prefills)
                Network.Send(() => prefill.Exporter.TargetGone(dead.Id));
            TellSessions(h => h.Decode == dead);
        }
    }

    private void TellSessions(Func<ModelHandoff, bool> which)
    {
        foreach (var handoff in Handoffs.Where(which))
            Network.Send(() => Over(handoff));
    }

    private void Deliver(string worker, KvDescriptor descriptor, bool mustBeRefused) =>
        Decodes.FirstOrDefault(d => d.Id.Name == worker)?.Deliver(descriptor, mustBeRefused);

    private void AssertSound()
    {
        if (_fault is { } fault)
            ExceptionDispatchInfo.Throw(fault);
        foreach (var prefill in Prefills)
            Assert.InRange(prefill.Exporter.Stats.UnackedBytes, 0, Math.Min(prefill.MostUnackedBytes, 2 * WindowBytes));
    }

    private T Any<T>(IEnumerable<T> workers)
    {
        var all = workers.ToArray();
        return all[Random.Next(all.Length)];
    }
}
