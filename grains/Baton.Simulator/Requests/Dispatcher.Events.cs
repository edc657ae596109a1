using Baton.Core.Engine;
using Baton.Simulator.Results;
using Baton.Simulator.Workers;

namespace Baton.Simulator.Requests;

// What the workers' steps give.
internal sealed partial class Dispatcher
{
    public void Began(int slot, int cachedTokens)
    {
        if (_requests.InSlot(slot) is not { CachedTokens: null } request)
            return;
        request.CachedTokens = cachedTokens;
        recorder.CachedTokens += cachedTokens;
        recorder.PrefilledPromptTokens += request.Arrival.PromptTokens;
        _traffic = _traffic with { CachedTokens = _traffic.CachedTokens + cachedTokens };
    }

    public void Token(SimulatedWorker worker, TokenOutput output)
    {
        if (_requests.InSlot(output.Sampled.Token) is not { } request || request.Key != output.Key)
            return;
        recorder.Token(request, agenda.Now);
        request.Generated++;
        if (output.Finish is not null)
            End(request, Outcome.Completed, "");
        else if (request.Source is null)
            request.IsDecoding = true;
    }

    public void Kv(SimulatedWorker worker, KvProduced kv)
    {
        if (_requests.Find(kv.Key) is not { } request || kv.Finish is not null)
            return;
        Send(worker, request, kv);
    }

    public void Failed(SimulatedWorker worker, SequenceFailure failure)
    {
        if (_requests.Find(failure.Key) is { } request)
            FailAttempt(request, failure.Reason);
    }

    public void Preempted(int sequences) => recorder.Preemptions += sequences;

    public void Emptied(SimulatedWorker worker) => WorkerEmptied?.Invoke(worker);

    // What decode has already is not sent. Of a chunk's layers nothing goes out before the step ends.
    private void Send(SimulatedWorker source, SimulatedRequest request, KvProduced kv)
    {
        int cached = request.CachedAtDecode / source.Layout.BlockTokens;
        int blocks = Math.Max(0, kv.FirstBlock + kv.Blocks.Length - Math.Max(kv.FirstBlock, cached));
        long bytes = (long)blocks * source.Layout.BlockBytes;
        recorder.HandoffBytes += bytes;
        source.Link.Send(bytes, () =>
        {
            if (kv.Last)
                Landed(request, kv.Key, kv.First);
        });
    }
}
