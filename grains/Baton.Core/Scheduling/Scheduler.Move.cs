using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Scheduling;

// Live migration (Llumnix, OSDI 2024): what a decoding sequence has is copied while it goes on; then it stops between two
// steps, the little that has come since is handed over as the KV of a prompt is, and it goes on at the other worker.
public sealed partial class Scheduler
{
    /// <summary>Holds the leading blocks of a decoding sequence once more, under another key, to be read meanwhile.</summary>
    /// <returns>Null when there is no such sequence, or not so much of it.</returns>
    public KvProduced? Copy(SequenceKey key, SequenceKey under, int tokens)
    {
        if (!_sequences.TryGetValue(key, out Sequence? sequence)
            || !IsDecoding(sequence)
            || tokens < 1
            || tokens > sequence.Computed
            || tokens % _layout.BlockTokens != 0
            || _sequences.ContainsKey(under))
        {
            return null;
        }

        var next = new SampledToken(sequence.Tokens[tokens], float.NaN, null);
        Sequence copy = Add(sequence.Request with { Key = under, Tokens = sequence.Tokens[..tokens].ToArray() });
        _blocks.Share(sequence, copy);
        copy.State = SequenceState.Parked;
        _parked++;
        return new KvProduced(under, 0, copy.Blocks.ToArray(), _layout.AllLayers, Last: true, next, Finish: null);
    }

    /// <summary>Takes a decoding sequence out of the batch; it holds its blocks until it is released.</summary>
    /// <returns>How many tokens it has generated; null when it is not decoding here.</returns>
    public int? Freeze(SequenceKey key)
    {
        if (!_sequences.TryGetValue(key, out Sequence? sequence) || !IsDecoding(sequence))
            return null;
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

    private static bool IsDecoding(Sequence sequence) =>
        sequence.State == SequenceState.Running
        && sequence.Request.Work != SequenceWork.Prefill
        && sequence is { Remaining: 1, Generated: > 0 };
}
