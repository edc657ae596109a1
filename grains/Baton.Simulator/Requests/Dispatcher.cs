using Baton.Core.Engine;
using Baton.Core.Planning;
using Baton.Core.Routing;
using Baton.Core.Sampling;
using Baton.Simulator.Results;
using Baton.Simulator.Workers;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Requests;

/// <summary>
/// Takes requests through their attempts as sessions and their drivers do: route, reserve, prefill, hand over, decode;
/// again elsewhere when a worker fails.
/// </summary>
internal sealed partial class Dispatcher(
    Agenda agenda, ClusterView view, DispatchOptions options, AdmissionGate gate, Recorder recorder) : IWorkerEvents
{
    private readonly RequestTable _requests = new();
    private readonly LinkedList<SimulatedRequest> _unplaced = [];
    private TrafficCounts _traffic;

    /// <summary>Raised when a worker holds nothing any more.</summary>
    public event Action<SimulatedWorker>? WorkerEmptied;

    /// <summary>What came and went since the start.</summary>
    public TrafficCounts Traffic => _traffic;

    /// <summary>Requests that wait because a phase has no worker.</summary>
    public int Unplaced => _unplaced.Count;

    public int Live => _requests.Count;

    public RequestTable Requests => _requests;

    public void Arrive(Arrival arrival)
    {
        SimulatedRequest request = _requests.Add(arrival);
        recorder.Arrived(arrival);
        if (gate.Arrive(request) is { } refusal)
        {
            End(request, Outcome.Rejected, refusal);
            return;
        }

        _traffic = _traffic with
        {
            Sequences = _traffic.Sequences + 1,
            PromptTokens = _traffic.PromptTokens + arrival.PromptTokens,
            PromptSquares = _traffic.PromptSquares + ((double)arrival.PromptTokens * arrival.PromptTokens),
        };
        Route(request);
    }

    /// <summary>A worker takes requests from now on.</summary>
    public void WorkersChanged()
    {
        SimulatedRequest[] waiting = [.. _unplaced];
        _unplaced.Clear();
        foreach (SimulatedRequest request in waiting)
            Route(request);
    }

    /// <summary>Ends the attempts that a dead worker had a part in; their requests begin others.</summary>
    public void Lost(SimulatedWorker worker)
    {
        foreach (SimulatedRequest request in _requests.All.Where(r => r.Decode == worker || r.Source == worker).ToArray())
            FailAttempt(request, "worker lost");
    }

    private void Route(SimulatedRequest request)
    {
        RoutePlan plan = view.Route(request.Tokens, request.MaxTokens, options.Mode, request.Avoided);
        if (plan.Refusal == RouteRefusal.TooLarge)
            End(request, Outcome.Rejected, "too large");
        else if (plan.Refusal != RouteRefusal.None)
            WaitForWorker(request);
        else
            Place(request, plan);
    }

    private void WaitForWorker(SimulatedRequest request)
    {
        LinkedListNode<SimulatedRequest> node = _unplaced.AddLast(request);
        agenda.After(options.QueueTtl, () =>
        {
            if (node.List is null)
                return;
            _unplaced.Remove(node);
            End(request, Outcome.Failed, "no worker");
        });
    }

    private void Place(SimulatedRequest request, RoutePlan plan)
    {
        SimulatedWorker decode = view.Worker(plan.Decode!);
        request.Decode = decode;
        view.Sent(decode, request.Tokens);
        if (plan.Prefill is null)
        {
            request.WasOrdered = true;
            decode.Start(request.Sequence(SequenceWork.Whole));
            return;
        }

        SimulatedWorker prefill = view.Worker(plan.Prefill);
        request.Source = prefill;
        request.HeldTokens = request.Tokens;
        view.Hold(prefill, request.HeldTokens);
        SequenceRequest sequence = request.Sequence(SequenceWork.Import);
        decode.Reserve(sequence, reservation => Prefill(request, sequence, reservation));
    }

    private void Prefill(SimulatedRequest request, SequenceRequest reserved, Reservation reservation)
    {
        if (request.Key != reserved.Key)
            return;
        if (reservation.Refusal is { } refusal)
        {
            request.Avoid(request.Decode!);
            FailAttempt(request, refusal);
            return;
        }

        if (request.Source is not { IsGone: false } prefill)
        {
            request.Avoid(request.Source!);
            FailAttempt(request, "prefill worker gone");
            return;
        }

        Free(request);
        view.Sent(prefill, request.Tokens);
        request.CachedAtDecode = reservation.CachedTokens;
        request.WasOrdered = true;
        prefill.Start(reserved with { Work = SequenceWork.Prefill });
    }

    private void Landed(SimulatedRequest request, SequenceKey key, SampledToken next)
    {
        if (request.Key != key || request.Source is not { IsGone: false } source)
            return;
        source.Release(key);
        request.Source = null;
        if (gate.DecodeBegins(request) is { } refusal)
        {
            End(request, Outcome.Rejected, refusal);
            return;
        }

        request.IsDecoding = true;
        request.Decode!.Activate(key, next);
    }

    private void FailAttempt(SimulatedRequest request, string reason)
    {
        Release(request);
        bool wasOrdered = request.WasOrdered;
        request.Fruitless = request.Generated > request.GeneratedAtAttempt ? 1 : request.Fruitless + 1;
        request.BeginAttempt();
        if (request.Fruitless >= options.MaxAttempts)
        {
            End(request, Outcome.Failed, reason);
            return;
        }

        if (wasOrdered)
            recorder.Recomputes++;
        SequenceKey key = request.Key;
        agenda.After(options.AttemptPause * (request.Fruitless - 1), () =>
        {
            if (request.Key == key)
                Route(request);
        });
    }

    private void End(SimulatedRequest request, Outcome outcome, string reason)
    {
        Release(request);
        _requests.Remove(request);
        request.HasEnded = true;
        gate.Ended(request);
        recorder.Ended(request, outcome, reason);
        if (outcome == Outcome.Rejected)
            return;
        _traffic = _traffic with
        {
            Ended = _traffic.Ended + 1,
            OutputTokens = _traffic.OutputTokens + request.Generated,
        };
    }

    private void Free(SimulatedRequest request)
    {
        if (request.HeldTokens == 0)
            return;
        view.Free(request.Source!, request.HeldTokens);
        request.HeldTokens = 0;
    }

    private void Release(SimulatedRequest request)
    {
        Free(request);
        request.Decode?.Release(request.Key);
        request.Source?.Release(request.Key);
    }
}
