using System.Runtime.CompilerServices;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Model;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// Attention over KV blocks where they lie (Kwon et al., 2023): nothing is gathered. A part is a few neighbouring rows of a
/// sequence and one KV head; the queries that share it are computed together. Reused from layer to layer.
/// </summary>
internal sealed unsafe class PagedAttention : IParts, IDisposable
{
    private const int BlockTokens = TorchModel.BlockTokens;

    // Queries of a part: a multiple of the rows of both kernels' tiles. A block's keys are turned once for all of them; more
    // share that as long as their scores stay in a core's cache.
    private const int LeastQueries = 12;
    private const int MostQueries = 48;
    private const int ScoresInCache = 24 << 10;

    private readonly ModelConfig _config;
    private readonly KvView _kv;
    private readonly CpuThreads _threads;
    private readonly NativeBuffer[] _scratch;
    private readonly List<(BatchEntry Entry, int FirstRow, int Skip, int Rows)> _tiles = [];
    private readonly float _scale;
    private int _layer;
    private float* _qkv;
    private int _qkvStride;
    private float* _y;
    private int _yStride;

    public PagedAttention(ModelConfig config, KvView kv, CpuThreads threads)
    {
        (_config, _kv, _threads) = (config, kv, threads);
        _scale = (float)(1 / Math.Sqrt(config.HeadDim));
        _scratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new NativeBuffer())];
    }

    /// <summary>Takes up a step's rows; the longest context first, for it takes longest.</summary>
    public void Begin(BatchPlan plan)
    {
        _tiles.Clear();
        var row = 0;
        foreach (var entry in plan.Entries)
        {
            var rows = TileRows(entry.FirstPosition + entry.Count);
            for (var skip = 0; skip < entry.Count; skip += rows)
                _tiles.Add((entry, row + skip, skip, Math.Min(rows, entry.Count - skip)));

            row += entry.Count;
        }

        _tiles.Sort(static (a, b) => (b.Entry.FirstPosition + b.Skip).CompareTo(a.Entry.FirstPosition + a.Skip));
    }

    /// <summary>Attention of one layer, whose new KV is in the blocks already.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="qkv">[rows, (heads + 2 kv heads) * head dim], rotated.</param>
    /// <param name="qkvStride">From one row to the next.</param>
    /// <param name="y">[rows, heads * head dim].</param>
    /// <param name="yStride">From one row to the next.</param>
    public void Run(int layer, float* qkv, int qkvStride, float* y, int yStride)
    {
        _layer = layer;
        _qkv = qkv;
        _qkvStride = qkvStride;
        _y = y;
        _yStride = yStride;
        _threads.Run(this, _tiles.Count * _config.KvHeads);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int part, int thread)
    {
        var (entry, firstRow, skip, rows) = _tiles[part / _config.KvHeads];
        var head = part % _config.KvHeads;
        int dim = _config.HeadDim, queries = rows * _config.Group;
        var context = entry.FirstPosition + skip + rows;
        var firstBlock = FirstSeen(context - rows) / BlockTokens;
        var skipped = firstBlock * BlockTokens;
        var width = ((context + BlockTokens - 1) / BlockTokens * BlockTokens) - skipped;
        var q = _scratch[thread].Reserve(((long)queries * ((2 * dim) + 1 + width)) + (BlockTokens * dim));
        float* sums = q + (queries * dim), totals = sums + (queries * dim), turned = totals + queries, scores = turned + (BlockTokens * dim);

        Collect(firstRow, rows, head, q);
        ReadOnlySpan<int> blocks = entry.Sequence.Blocks[firstBlock..];
        Score(blocks, head, q, queries, context - skipped, turned, scores, width);
        for (var r = 0; r < queries; r++)
        {
            var position = context - rows + (r / _config.Group);
            totals[r] = Weigh(scores + ((long)r * width), FirstSeen(position) - skipped, position + 1 - skipped, width);
        }

        new Span<float>(sums, queries * dim).Clear();
        Sum(blocks, head, scores, width, queries, context - skipped, sums);
        for (var r = 0; r < queries; r++)
        {
            var y = _y + ((long)(firstRow + (r / _config.Group)) * _yStride) + (((head * _config.Group) + (r % _config.Group)) * dim);
            RowMath.Scale(sums + (r * dim), 1 / totals[r], dim);
            new Span<float>(sums + (r * dim), dim).CopyTo(new Span<float>(y, dim));
        }
    }

    public void Dispose()
    {
        foreach (var scratch in _scratch)
            scratch.Dispose();
    }

    private int TileRows(int context)
    {
        var queries = Math.Clamp(ScoresInCache / context / LeastQueries * LeastQueries, LeastQueries, MostQueries);
        return Math.Max(1, queries / _config.Group);
    }

    private int FirstSeen(int position) =>
        _config.SlidingWindow is { } window ? Math.Max(0, position + 1 - window) : 0;

    // What a query does not see weighs nothing. That before its window takes part in the sum as zeros, so that the others
    // are added up in the same order wherever the scores begin.
    private static float Weigh(float* scores, int first, int end, int width)
    {
        new Span<float>(scores, first).Fill(float.NegativeInfinity);
        var total = RowMath.Softmax(scores, end);
        new Span<float>(scores + end, width - end).Clear();
        return total;
    }

    // The queries that share the head, row after row, scaled.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(int firstRow, int rows, int head, float* q)
    {
        var size = _config.Group * _config.HeadDim;
        for (var r = 0; r < rows; r++, q += size)
        {
            new Span<float>(_qkv + ((long)(firstRow + r) * _qkvStride) + (head * size), size).CopyTo(new Span<float>(q, size));
            RowMath.Scale(q, _scale, size);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Score(
        ReadOnlySpan<int> blocks, int head, float* q, int queries, int context, float* turned, float* scores, int width)
    {
        for (int first = 0, b = 0; first < context; first += BlockTokens, b++)
        {
            KeyTile.Turn(_kv.Keys(_layer, blocks[b], head), _config.HeadDim, turned);
            KeyTile.Score(q, queries, turned, _config.HeadDim, scores + first, width);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum(ReadOnlySpan<int> blocks, int head, float* scores, int width, int queries, int context, float* sums)
    {
        for (int first = 0, b = 0; first < context; first += BlockTokens, b++)
        {
            WeightedSum.Add(
                scores + first, width, queries, _kv.Values(_layer, blocks[b], head), Math.Min(BlockTokens, context - first),
                _config.HeadDim, sums);
        }
    }
}
