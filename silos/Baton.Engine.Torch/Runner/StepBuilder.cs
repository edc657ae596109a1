using Baton.Core.Scheduling;
using Baton.Engine.Torch.Model;
using static TorchSharp.torch;

namespace Baton.Engine.Torch.Runner;

/// <summary>
/// Turns a plan into the model's inputs. One for each runner; its memory is reused from step to step.
/// </summary>
internal sealed class StepBuilder(ModelConfig config, KvPool kv, Device device) : IDisposable
{
    private const int BlockTokens = TorchModel.BlockTokens;

    private readonly StepArena _arena = new(device);
    private readonly RotaryTable _rotary = new(config);
    private readonly StepRows _rows = new();
    private readonly List<AttentionGroup> _groups = [];
    private readonly List<int> _sampleEntries = [];
    private readonly List<int> _sampleRows = [];
    private readonly List<int> _begunBlocks = [];

    private int Window => config.SlidingWindow ?? int.MaxValue;

    /// <summary>The inputs of <paramref name="plan"/>; valid until the next call.</summary>
    public StepInputs Build(BatchPlan plan)
    {
        _arena.Reset();
        _rows.Arrange(plan);
        var tokens = Tokens(plan);
        var (cos, sin) = Rotations(plan);
        return new StepInputs(
            tokens, cos, sin, Places(plan), BegunBlocks(plan), Groups(plan), SampleRows(plan), _sampleEntries);
    }

    public void Dispose() => _arena.Dispose();

    private Tensor Tokens(BatchPlan plan)
    {
        var ids = _arena.Take<long>(plan.Tokens, out var address);
        var row = 0;
        foreach (var index in _rows.Order)
        {
            var entry = plan.Entries[index];
            foreach (var id in entry.Sequence.Tokens.Slice(entry.FirstPosition, entry.Count))
                ids[row++] = id;
        }

        return Rows(address, plan.Tokens);
    }

    private (Tensor Cos, Tensor Sin) Rotations(BatchPlan plan)
    {
        var half = config.HeadDim / 2;
        var cos = _arena.Take<float>(plan.Tokens * half, out var cosAddress);
        var sin = _arena.Take<float>(plan.Tokens * half, out var sinAddress);
        var at = 0;
        foreach (var index in _rows.Order)
        {
            var entry = plan.Entries[index];
            for (var i = 0; i < entry.Count; i++, at += half)
                _rotary.CopyRow(entry.FirstPosition + i, cos.Slice(at, half), sin.Slice(at, half));
        }

        return (
            _arena.Upload(cosAddress, ScalarType.Float32, plan.Tokens, 1, half),
            _arena.Upload(sinAddress, ScalarType.Float32, plan.Tokens, 1, half));
    }

    private KvPlaces Places(BatchPlan plan)
    {
        var heads = config.KvHeads;
        var keys = _arena.Take<long>(plan.Tokens * heads, out var keyAddress);
        var values = _arena.Take<long>(plan.Tokens * heads, out var valueAddress);
        var slots = _arena.Take<long>(plan.Tokens * heads, out var slotAddress);
        var at = 0;
        foreach (var index in _rows.Order)
        {
            var entry = plan.Entries[index];
            for (var position = entry.FirstPosition; position < entry.FirstPosition + entry.Count; position++)
            {
                var block = entry.Sequence.Blocks[position / BlockTokens];
                for (var head = 0; head < heads; head++, at++)
                {
                    keys[at] = (block * kv.HeadRowsPerBlock) + head;
                    values[at] = keys[at] + heads;
                    slots[at] = position % BlockTokens;
                }
            }
        }

        return new KvPlaces(Rows(keyAddress, at), Rows(valueAddress, at), Rows(slotAddress, at));
    }

    private Tensor? BegunBlocks(BatchPlan plan)
    {
        _begunBlocks.Clear();
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            if (StepRows.BegunBlock(plan.Entries[i]) is { } block)
                _begunBlocks.Add(block);
        }

        return _begunBlocks.Count > 0 ? Rows(_begunBlocks) : null;
    }

    private List<AttentionGroup> Groups(BatchPlan plan)
    {
        _groups.Clear();
        var row = 0;
        for (int start = 0, length; start < _rows.Order.Count; start += length)
        {
            length = _rows.GroupLength(plan, start);
            var group = Group(plan, start, length, row);
            _groups.Add(group);
            row += group.Rows;
        }

        return _groups;
    }

    private AttentionGroup Group(BatchPlan plan, int start, int length, int row)
    {
        var longest = plan.Entries[_rows.Order[start]];
        var blocks = StepRows.ContextBlocks(longest);
        var context = longest.FirstPosition + longest.Count;
        var mask = longest.Count > 1
            ? ChunkMask(longest)
            : length > 1 || context > Window ? DecodeMask(plan, start, length, blocks * BlockTokens) : null;
        return new AttentionGroup(
            row, length, longest.Count, blocks, context,
            HeadRows(plan, start, length, blocks, 0), HeadRows(plan, start, length, blocks, config.KvHeads), mask);
    }

    private Tensor HeadRows(BatchPlan plan, int start, int length, int blocks, int firstHead)
    {
        var rows = _arena.Take<long>(length * config.KvHeads * blocks, out var address);
        var at = 0;
        for (var i = start; i < start + length; i++)
        {
            var entry = plan.Entries[_rows.Order[i]];
            var table = entry.Sequence.Blocks;
            var last = StepRows.ContextBlocks(entry) - 1;
            for (var head = firstHead; head < firstHead + config.KvHeads; head++)
            {
                // A shorter sequence is padded with the last block of its context: in the pool, numbers, masked.
                for (var b = 0; b < blocks; b++)
                    rows[at++] = (table[Math.Min(b, last)] * kv.HeadRowsPerBlock) + head;
            }
        }

        return Rows(address, at);
    }

    private Tensor Rows(nint address, int count) => _arena.Upload(address, ScalarType.Int64, count);

    // A chunk that starts at 0 needs none: attention has a causal form of its own, but only for square scores.
    private Tensor? ChunkMask(BatchEntry entry)
    {
        var (first, context) = (entry.FirstPosition, entry.FirstPosition + entry.Count);
        Tensor Hidden() => full([entry.Count, context], float.NegativeInfinity, ScalarType.Float32, device);
        if (context > Window)
            return Hidden().triu_(first + 1).add_(Hidden().tril_(first - Window));

        return first == 0 ? null : Hidden().triu_(first + 1);
    }

    private Tensor DecodeMask(BatchPlan plan, int start, int length, int width)
    {
        var mask = _arena.Take<float>(length * width, out var address);
        mask.Fill(float.NegativeInfinity);
        for (var i = 0; i < length; i++)
        {
            var position = plan.Entries[_rows.Order[start + i]].FirstPosition;
            var first = Math.Max(0, position + 1 - Window);
            mask.Slice((i * width) + first, position + 1 - first).Clear();
        }

        return _arena.Upload(address, ScalarType.Float32, length, 1, 1, width);
    }

    private Tensor? SampleRows(BatchPlan plan)
    {
        _sampleEntries.Clear();
        _sampleRows.Clear();
        var end = 0;
        foreach (var index in _rows.Order)
        {
            end += plan.Entries[index].Count;
            if (plan.Entries[index].Samples)
            {
                _sampleEntries.Add(index);
                _sampleRows.Add(end - 1);
            }
        }

        if (_sampleRows.Count == plan.Tokens)
            return null;

        return Rows(_sampleRows);
    }

    private Tensor Rows(List<int> numbers)
    {
        var rows = _arena.Take<long>(numbers.Count, out var address);
        for (var i = 0; i < rows.Length; i++)
            rows[i] = numbers[i];

        return Rows(address, rows.Length);
    }
}
