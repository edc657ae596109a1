using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Model;
using Baton.Engine.Torch.Runner;

namespace Baton.Engine.Torch.Cpu;

/// <summary>
/// The forward pass in kernels of our own. Rows are all tokens of a step, so prefill chunks and decodes mix; only attention
/// tells them apart. Every number is computed in one order, whatever else is in the step: chunks, batch mates, preemption and
/// prefix hits change no bit of the result.
/// </summary>
internal sealed unsafe class CpuForward : IDisposable
{
    private readonly ModelConfig _config;
    private readonly CpuWeights _weights;
    private readonly KvView _kv;
    private readonly CpuThreads _threads;
    private readonly PagedAttention _attention;
    private readonly RotaryTable _rotary;
    private readonly MatMul _matMul;
    private readonly NativeBuffer[] _buffers = [.. Enumerable.Range(0, 6).Select(_ => new NativeBuffer())];
    private readonly List<(Sequence Sequence, int Position)> _rows = [];
    private readonly List<int> _drawn = [];
    private readonly RowParts _normRows;
    private readonly RowParts _placeRows;
    private readonly RowParts _gateRows;
    private int _layer;
    private float* _x;
    private float* _normed;
    private float* _normWeight;
    private float* _qkv;
    private float* _attended;
    private float* _gateUp;
    private float* _angles;
    private readonly int _normedStride;
    private readonly int _attendedStride;
    private readonly int _gateStride;

    public CpuForward(ModelConfig config, CpuWeights weights, KvView kv, CpuThreads threads)
    {
        (_config, _weights, _kv, _threads) = (config, weights, kv, threads);
        _attention = new PagedAttention(config, kv, threads, Vector512.IsHardwareAccelerated);
        _rotary = new RotaryTable(config);
        _matMul = new MatMul(threads, Vector512.IsHardwareAccelerated);
        _normedStride = Spread(config.HiddenSize);
        _attendedStride = Spread(config.QuerySize);
        _gateStride = Spread(2 * config.IntermediateSize);
        _normRows = new RowParts(threads, NormRow);
        _placeRows = new RowParts(threads, PlaceRow);
        _gateRows = new RowParts(threads, GateRow);
    }

    private int Hidden => _config.HiddenSize;

    private int QkvSize => _config.QuerySize + (2 * _config.KvSize);

    private int Inner => _config.IntermediateSize;

    /// <summary>Runs all layers and writes the KV.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="layersWritten">Called after each layer, with the number of those that have run.</param>
    /// <param name="interrupt">Ends it between two layers.</param>
    public void Run(BatchPlan plan, Action<int>? layersWritten, CancellationToken interrupt)
    {
        Begin(plan);
        var last = _config.Layers - 1;
        for (_layer = 0; _layer <= last; _layer++)
        {
            // A large prompt takes seconds.
            interrupt.ThrowIfCancellationRequested();
            Place(plan.Tokens);
            var rows = _layer < last ? plan.Tokens : KeepDrawn();
            if (rows > 0)
                Finish(rows);
            layersWritten?.Invoke(_layer + 1);
        }
    }

    /// <summary>Logits of the last run: [entries that sample, vocabulary].</summary>
    /// <param name="first">The first of those entries.</param>
    /// <param name="count">How many.</param>
    /// <param name="logits">Where they go.</param>
    public void Logits(int first, int count, float* logits)
    {
        for (var i = 0; i < count; i++)
            RowMath.Norm(_x + ((long)(first + i) * Hidden), _weights.Norm, Epsilon, _normed + ((long)i * _normedStride), Hidden);

        Multiply(_normed, _normedStride, count, _weights.Head, logits, _config.VocabularySize, add: false);
    }

    public void Dispose()
    {
        _attention.Dispose();
        _matMul.Dispose();
        foreach (var buffer in _buffers)
            buffer.Dispose();
    }

    private float Epsilon => (float)_config.RmsNormEpsilon;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Begin(BatchPlan plan)
    {
        long rows = plan.Tokens;
        _x = _buffers[0].Reserve(rows * Hidden);
        _normed = _buffers[1].Reserve(rows * _normedStride);
        _qkv = _buffers[2].Reserve(rows * QkvSize);
        _attended = _buffers[3].Reserve(rows * _attendedStride);
        _gateUp = _buffers[4].Reserve(rows * _gateStride);
        _angles = _buffers[5].Reserve(rows * _config.HeadDim);
        _attention.Begin(plan);
        _rows.Clear();
        _drawn.Clear();
        var half = _config.HeadDim / 2;
        for (var i = 0; i < plan.Entries.Count; i++)
        {
            var entry = plan.Entries[i];
            if (StepRows.BegunBlock(entry) is { } begun)
                _kv.Clear(begun);
            for (var position = entry.FirstPosition; position < entry.FirstPosition + entry.Count; position++)
            {
                var row = _rows.Count;
                var angles = _angles + ((long)row * _config.HeadDim);
                _weights.Embed(entry.Sequence.Tokens[position], new Span<float>(_x + ((long)row * Hidden), Hidden));
                _rotary.CopyRow(position, new Span<float>(angles, half), new Span<float>(angles + half, half));
                _rows.Add((entry.Sequence, position));
            }

            if (entry.Samples)
                _drawn.Add(_rows.Count - 1);
        }
    }

    // Queries, keys and values of the layer, the latter where they stay.
    private void Place(int rows)
    {
        var layer = _weights.Layers[_layer];
        _normWeight = layer.AttentionNorm;
        _normRows.RunAll(rows, Hidden);
        Multiply(_normed, _normedStride, rows, layer.Qkv, _qkv, QkvSize, add: false);
        _placeRows.RunAll(rows, QkvSize);
    }

    private void Finish(int rows)
    {
        var layer = _weights.Layers[_layer];
        _attention.Run(_layer, _qkv, QkvSize, _attended, _attendedStride);
        Multiply(_attended, _attendedStride, rows, layer.Output, _x, Hidden, add: true);
        _normWeight = layer.MlpNorm;
        _normRows.RunAll(rows, Hidden);
        Multiply(_normed, _normedStride, rows, layer.GateUp, _gateUp, _gateStride, add: false);
        _gateRows.RunAll(rows, 2 * Inner);
        Multiply(_gateUp, _gateStride, rows, layer.Down, _x, Hidden, add: true);
    }

    // After the last layer's keys and values the other rows have nothing left to give.
    private int KeepDrawn()
    {
        for (var i = 0; i < _drawn.Count; i++)
        {
            if (_drawn[i] != i)
                Copy(_x + ((long)_drawn[i] * Hidden), _x + ((long)i * Hidden), Hidden);
        }

        return _drawn.Count;
    }

    private void Multiply(float* x, int stride, int rows, PackedMatrix weights, float* y, int yStride, bool add) =>
        _matMul.Run(x, stride, rows, weights, y, yStride, add);

    // Rows whose addresses differ by pages would all want the same few places of the innermost cache.
    private static int Spread(int width) => width * sizeof(float) % 4096 == 0 ? width + 272 : width;

    private void NormRow(int row) =>
        RowMath.Norm(_x + ((long)row * Hidden), _normWeight, Epsilon, _normed + ((long)row * _normedStride), Hidden);

    // Rotates queries and keys, and puts keys and values where the sequence has its blocks.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PlaceRow(int row)
    {
        int dim = _config.HeadDim, half = dim / 2;
        float* qkv = _qkv + ((long)row * QkvSize), angles = _angles + ((long)row * dim);
        var layer = _weights.Layers[_layer];
        for (var head = 0; head < _config.Heads + _config.KvHeads; head++)
        {
            var norm = head < _config.Heads ? layer.QueryNorm : layer.KeyNorm;
            if (norm is not null)
                RowMath.Norm(qkv + (head * dim), norm, Epsilon, qkv + (head * dim), dim);

            RowMath.Rotate(qkv + (head * dim), angles, angles + half, half);
        }

        if (_kv.Format == KvFormat.BF16)
            Keep<BF16Numbers>(row, qkv + _config.QuerySize);
        else
            Keep<F32Numbers>(row, qkv + _config.QuerySize);
    }

    private void Keep<TNumber>(int row, float* keys)
        where TNumber : IKvNumber
    {
        var (sequence, position) = _rows[row];
        var block = sequence.Blocks[position / TorchModel.BlockTokens];
        var slot = position % TorchModel.BlockTokens;
        var dim = _config.HeadDim;
        for (var head = 0; head < _config.KvHeads; head++)
        {
            KvView.PutKey<TNumber>(_kv.Keys(_layer, block, head), slot, keys + (head * dim), dim);
            KvView.PutValue<TNumber>(_kv.Values(_layer, block, head), slot, keys + _config.KvSize + (head * dim), dim);
        }
    }

    private void GateRow(int row)
    {
        var gate = _gateUp + ((long)row * _gateStride);
        RowMath.Gate(gate, gate + Inner, Inner);
    }

    private static void Copy(float* from, float* to, int count) => new Span<float>(from, count).CopyTo(new Span<float>(to, count));
}
