using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Requests;

// Decoding sequences leave a worker that drains, one after the other, with their KV. The live gateways copy most of it
// while the sequence still decodes; here it stands still meanwhile, so that its pause is the longer one.
internal sealed partial class Dispatcher
{
    /// <summary>Moves whatever decodes on a worker until nothing does.</summary>
    public void Empty(SimulatedWorker worker)
    {
        if (worker.IsGone || worker.IsEmpty)
            return;
        SimulatedRequest? next = worker.Sequences
            .Select(s => _requests.InSlot((int)s.Sampling.Seed))
            .OfType<SimulatedRequest>()
            .Where(r => r.Decode == worker && r.IsDecoding)
            .MinBy(r => r.Slot);
        if (next is null || Destination(next) is not { } target)
            agenda.After(options.MoveRetry, () => Empty(worker));
        else
            Freeze(next, worker, target);
    }

    private SimulatedWorker? Destination(SimulatedRequest request)
    {
        RoutePlan plan = view.Route(request.Tokens, request.MaxTokens, options.Mode, new HashSet<string> { request.Decode!.Name });
        return plan.Decode is { } decode && decode.Name != request.Decode.Name ? view.Worker(decode) : null;
    }

    private void Freeze(SimulatedRequest request, SimulatedWorker worker, SimulatedWorker target)
    {
        SequenceKey key = request.Key;
        worker.Freeze(key, generated =>
        {
            if (request.Key != key || generated is null || target.IsGone)
                agenda.After(options.MoveRetry, () => Empty(worker));
            else
                Move(request, worker, target);
        });
    }

    private void Move(SimulatedRequest request, SimulatedWorker worker, SimulatedWorker target)
    {
        SequenceKey old = request.Key;
        SequenceKey key = request.Rename();
        (request.Source, request.Decode, request.IsDecoding) = (worker, target, false);
        view.Sent(target, request.Tokens);
        worker.HandOver(old, key, kv => target.Reserve(
            request.Sequence(SequenceWork.Import, without: 1),
            reservation => HandOver(request, worker, reservation, kv)));
        agenda.After(options.MoveDeadline, () =>
        {
            if (request.Key == key && request.Source == worker && !request.HasEnded)
                FailAttempt(request, "no room to move to");
        });
    }

    private void HandOver(SimulatedRequest request, SimulatedWorker worker, Reservation reservation, KvProduced? kv)
    {
        if (kv is not null && request.Key == kv.Key && !request.HasEnded)
        {
            if (reservation.Refusal is { } refusal)
            {
                FailAttempt(request, refusal);
            }
            else
            {
                request.CachedAtDecode = reservation.CachedTokens;
                recorder.Migrations++;
                Send(worker, request, kv);
            }
        }

        Empty(worker);
    }
}
