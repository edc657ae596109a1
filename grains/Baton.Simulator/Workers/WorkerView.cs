using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Core.Routing;

namespace Baton.Simulator.Workers;

/// <summary>A worker as the gateways know it: its latest report and what was sent to it since.</summary>
internal sealed class WorkerView(SimulatedWorker worker)
{
    private readonly SentSince _sent = new();
    private long _reports;
    private EngineLoad _load = worker.Load();
    private WorkerSnapshot? _snapshot;

    public SimulatedWorker Worker { get; } = worker;

    public WorkerSnapshot Snapshot => _snapshot ??= new WorkerSnapshot
    {
        Name = Worker.Name,
        Incarnation = 1,
        IsPrefill = Worker.Phase == Phase.Prefill,
        Silo = Worker.Name,
        Host = Worker.Name,
        Model = ClusterView.Model,
        Fingerprint = Worker.Fingerprint,
        BlockTokens = Worker.Layout.BlockTokens,
        MaxSequences = Worker.Bounds.MaxSequences,
        StepTokens = Worker.Bounds.StepTokenBudget,
        Profile = Worker.Profile,
        Load = _load,
        PendingTokens = _sent.Tokens,
        PendingSequences = _sent.Sequences,
    };

    public void Sent(int tokens)
    {
        _sent.Add(_reports, tokens);
        _snapshot = null;
    }

    public void Hold(int tokens)
    {
        _sent.Hold(tokens);
        _snapshot = null;
    }

    public void Free(int tokens)
    {
        _sent.Free(tokens);
        _snapshot = null;
    }

    /// <summary>Takes a report; false where it says nothing new.</summary>
    public bool Report()
    {
        EngineLoad load = Worker.Load();
        int pending = _sent.Sequences;
        _sent.Reported(++_reports);
        if (ReferenceEquals(load, _load) && pending == _sent.Sequences)
            return false;
        (_load, _snapshot) = (load, null);
        return true;
    }
}
