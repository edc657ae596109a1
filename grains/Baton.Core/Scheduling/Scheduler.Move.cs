using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

// Live migration (Llumnix, OSDI 2024): a decoding sequence stops between two steps and goes on at another worker, its KV
// handed over as that of a prompt is.
public sealed partial class Scheduler
{
    /// <summary>Takes a decoding sequence out of the batch; it holds its blocks until it is released.</summary>
    /// <returns>How many tokens it has generated; null when it is not decoding here.</returns>
    public int? Freeze(SequenceKey key)
    {
        if (!_sequences.TryGetValue(key, out Sequence? sequence)
            || sequence.State != SequenceState.Running
            || sequence.Request.Work == SequenceWork.Prefill
            || sequence.Remaining != 1
            || sequence.Generated == 0)
        {
            return null;
        }

        Park(sequence);
        return sequence.Generated;
    }

    /// <summary>Hands a frozen sequence over: all positions but that of its latest token, which has no KV yet.</summary>
    /// <param name="key">The sequence as it was frozen.</param>
    /// <param name="under">What it is called from now on, here and where it goes.</param>
    /// <returns>Null when there is no such sequence.</returns>
    public KvProduced? HandOver(SequenceKey key, SequenceKey under)
    {
        if (!_sequences.TryGetValue(key, out Sequence? sequence)
            || sequence.State != SequenceState.Parked
            || sequence.Request.Work == SequenceWork.Prefill
            || !_sequences.TryAdd(under, sequence))
        {
            return null;
        }

        _sequences.Remove(key);
        sequence.Rename(under);
        int[] blocks = sequence.Blocks[.._layout.BlocksFor(sequence.Computed)].ToArray();
        var latest = new SampledToken(sequence.Tokens[^1], float.NaN, null);
        return new KvProduced(under, 0, blocks, _layout.AllLayers, Last: true, latest, Finish: null);
    }
}
