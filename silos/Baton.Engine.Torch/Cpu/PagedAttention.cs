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

    // Queries of a part: some whole tiles. A block is read once for all of them; more share that as long as their scores
    // stay in a core's cache.
    private const int LeastTiles = 2;
    private const int MostQueries = 48;
    private const int ScoresInCache = 24 << 10;

    // Whose addresses are collected at a time.
    private const int KeyBlocks = 64;

    private readonly ModelConfig _config;
    private readonly KvView _kv;
    private readonly CpuThreads _threads;
    private readonly NativeBuffer[] _scratch;
    private readonly List<AttentionTile> _tiles = [];
    private readonly List<AttentionTile> _lastTiles = [];
    private readonly float _scale;
    private readonly bool _wide;
    private readonly int _leastQueries;
    private List<AttentionTile> _running;
    private int _layer;
    private float* _qkv;
    private int _qkvStride;
    private float* _y;
    private int _yStride;

    /// <param name="config">The model.</param>
    /// <param name="kv">Its KV blocks.</param>
    /// <param name="threads">They compute.</param>
    /// <param name="wide">Whether by registers of 512 bits; the result is the same.</param>
    public PagedAttention(ModelConfig config, KvView kv, CpuThreads threads, bool wide)
    {
        (_config, _kv, _threads, _wide) = (config, kv, threads, wide);
        _leastQueries = LeastTiles * (wide ? FloatTiles512<F32Numbers>.TallRows : FloatTiles<F32Numbers>.TallRows);
        _running = _tiles;
        _scale = (float)(1 / Math.Sqrt(config.HeadDim));
        _scratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new NativeBuffer())];
    }

    /// <summary>Takes up a step's rows; the longest context first, for it takes longest.</summary>
    public void Begin(BatchPlan plan)
    {
        _tiles.Clear();
        _lastTiles.Clear();
        var row = 0;
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            var entry = plan.Entries[i];
            var rows = TileRows(entry.FirstPosition + entry.Count);
            for (var skip = 0; skip < entry.Count; skip += rows)
            {
                var count = Math.Min(rows, entry.Count - skip);
                _tiles.Add(new AttentionTile(entry.Sequence, row + skip, row + skip, entry.FirstPosition + skip, count));
            }

            row += entry.Count;
            if (entry.Samples)
            {
                var position = entry.FirstPosition + entry.Count - 1;
                _lastTiles.Add(new AttentionTile(entry.Sequence, row - 1, _lastTiles.Count, position, 1));
            }
        }

        _tiles.Sort(ByContext);
        _lastTiles.Sort(ByContext);
    }

    /// <summary>Attention of one layer, whose new KV is in the blocks already.</summary>
    /// <param name="layer">The layer; of the last one only rows that yield a token are computed.</param>
    /// <param name="qkv">[rows, (heads + 2 kv heads) * head dim], rotated.</param>
    /// <param name="qkvStride">From one row to the next.</param>
    /// <param name="y">[rows, heads * head dim]; of the last layer one row for each token.</param>
    /// <param name="yStride">From one row to the next.</param>
    public void Run(int layer, float* qkv, int qkvStride, float* y, int yStride)
    {
        _running = layer == _config.Layers - 1 ? _lastTiles : _tiles;
        _layer = layer;
        _qkv = qkv;
        _qkvStride = qkvStride;
        _y = y;
        _yStride = yStride;
        _threads.Run(this, _running.Count * _config.KvHeads);
    }

    public void Run(int part, int thread)
    {
        var tile = _running[part / _config.KvHeads];
        var head = part % _config.KvHeads;
        switch (_kv.Format, _wide)
        {
            case (KvFormat.BF16, true):
                Attend<BF16Numbers, FloatTiles512<BF16Numbers>>(tile, head, thread);
                break;
            case (KvFormat.BF16, false):
                Attend<BF16Numbers, FloatTiles<BF16Numbers>>(tile, head, thread);
                break;
            case (_, true):
                Attend<F32Numbers, FloatTiles512<F32Numbers>>(tile, head, thread);
                break;
            default:
                Attend<F32Numbers, FloatTiles<F32Numbers>>(tile, head, thread);
                break;
        }
    }

    public void Dispose()
    {
        foreach (var scratch in _scratch)
            scratch.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Attend<TNumber, TKernel>(AttentionTile tile, int head, int thread)
        where TNumber : IKvNumber
        where TKernel : IPanelKernel
    {
        int dim = _config.HeadDim, queries = tile.Rows * _config.Group;
        var context = tile.FirstPosition + tile.Rows;
        var firstBlock = FirstSeen(tile.FirstPosition) / BlockTokens;
        var skipped = firstBlock * BlockTokens;
        var blocks = tile.Sequence.Blocks[firstBlock..((context + BlockTokens - 1) / BlockTokens)];
        var width = blocks.Length * BlockTokens;
        var q = _scratch[thread].Reserve((long)queries * ((2 * dim) + 1 + width));
        float* sums = q + (queries * dim), totals = sums + (queries * dim), scores = totals + queries;

        Collect(tile.Row, tile.Rows, head, q);
        Score<TKernel>(blocks, head, q, queries, scores, width);
        for (var r = 0; r < queries; r++)
        {
            var position = tile.FirstPosition + (r / _config.Group);
            totals[r] = Weigh(scores + ((long)r * width), FirstSeen(position) - skipped, position + 1 - skipped, width);
        }

        new Span<float>(sums, queries * dim).Clear();
        Sum<TNumber, TKernel>(blocks, head, scores, width, queries, context - skipped, sums);
        for (var r = 0; r < queries; r++)
        {
            var y = _y + ((long)(tile.ResultRow + (r / _config.Group)) * _yStride)
                + (((head * _config.Group) + (r % _config.Group)) * dim);
            RowMath.Scale(sums + (r * dim), 1 / totals[r], dim);
            new Span<float>(sums + (r * dim), dim).CopyTo(new Span<float>(y, dim));
        }
    }

    private static int ByContext(AttentionTile a, AttentionTile b) => b.FirstPosition.CompareTo(a.FirstPosition);

    private int TileRows(int context)
    {
        var queries = Math.Clamp(ScoresInCache / context / _leastQueries * _leastQueries, _leastQueries, MostQueries);
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
    private void Score<TKernel>(ReadOnlySpan<int> blocks, int head, float* q, int queries, float* scores, int width)
        where TKernel : IPanelKernel
    {
        var keys = stackalloc byte*[KeyBlocks];
        for (var first = 0; first < blocks.Length; first += KeyBlocks)
        {
            var count = Math.Min(KeyBlocks, blocks.Length - first);
            for (var b = 0; b < count; b++)
                keys[b] = _kv.Keys(_layer, blocks[first + b], head);

            PanelTiles<TKernel>.Multiply(
                TileInputs.Floats(q, _config.HeadDim), queries, keys, count, TKernel.WeightBytes, _config.HeadDim,
                scores + (first * BlockTokens), width, add: false);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum<TNumber, TKernel>(
        ReadOnlySpan<int> blocks, int head, float* scores, int width, int queries, int context, float* sums)
        where TNumber : IKvNumber
        where TKernel : IPanelKernel
    {
        for (int first = 0, b = 0; first < context; first += BlockTokens, b++)
        {
            WeightedSum<TNumber, TKernel>.Add(
                scores + first, width, queries, _kv.Values(_layer, blocks[b], head), Math.Min(BlockTokens, context - first),
                _config.HeadDim, sums);
        }
    }
}
