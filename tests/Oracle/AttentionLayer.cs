namespace Baton.Oracle;

/// <summary>Causal attention with shared key/value heads; it keeps the keys and values it has seen.</summary>
public sealed class AttentionLayer
{
    private readonly OracleConfig _config;
    private readonly Rotary _rotary;
    private readonly Projection _query;
    private readonly Projection _key;
    private readonly Projection _value;
    private readonly Projection _output;
    private readonly RootMeanSquareNorm? _queryNorm;
    private readonly RootMeanSquareNorm? _keyNorm;
    private readonly List<double[]> _keys = [];
    private readonly List<double[]> _values = [];

    public AttentionLayer(OracleConfig config, WeightFolder weights, string prefix, Rotary rotary)
    {
        _config = config;
        _rotary = rotary;
        var (queries, keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        _query = Projection.Read(weights, prefix + "q_proj", prefix + "qkv_proj", 0, queries, config.Hidden);
        _key = Projection.Read(weights, prefix + "k_proj", prefix + "qkv_proj", queries, keys, config.Hidden);
        _value = Projection.Read(weights, prefix + "v_proj", prefix + "qkv_proj", queries + keys, keys, config.Hidden);
        _output = Projection.Read(weights, prefix + "o_proj", queries);
        _queryNorm = Norm(weights, prefix + "q_norm");
        _keyNorm = Norm(weights, prefix + "k_norm");
    }

    public void Forget()
    {
        _keys.Clear();
        _values.Clear();
    }

    public double[] Step(ReadOnlySpan<double> input)
    {
        var position = _keys.Count;
        var query = _query.Apply(input);
        var key = _key.Apply(input);
        _queryNorm?.ApplyToHeads(query);
        _keyNorm?.ApplyToHeads(key);
        _rotary.Apply(query, position);
        _rotary.Apply(key, position);
        _keys.Add(key);
        _values.Add(_value.Apply(input));

        var mixed = new double[query.Length];
        for (var head = 0; head < _config.Heads; head++)
        {
            Attend(query, head, mixed);
        }

        return _output.Apply(mixed);
    }

    private void Attend(double[] query, int head, double[] mixed)
    {
        var size = _config.HeadSize;
        var shared = head / (_config.Heads / _config.KeyValueHeads) * size;
        var scores = new double[_keys.Count];
        for (var t = 0; t < scores.Length; t++)
        {
            double dot = 0;
            for (var i = 0; i < size; i++)
            {
                dot += query[(head * size) + i] * _keys[t][shared + i];
            }

            scores[t] = dot / Math.Sqrt(size);
        }

        // A window hides what lies further back.
        scores.AsSpan(0, Math.Max(0, scores.Length - _config.Window)).Fill(double.NegativeInfinity);
        Probability.Softmax(scores);
        for (var t = 0; t < scores.Length; t++)
        {
            for (var i = 0; i < size; i++)
            {
                mixed[(head * size) + i] += scores[t] * _values[t][shared + i];
            }
        }
    }

    // Qwen3 normalises each head of queries and keys; others have no such weight.
    private RootMeanSquareNorm? Norm(WeightFolder weights, string name) =>
        weights.Optional(name + ".weight") is { } weight ? new RootMeanSquareNorm(weight, _config.NormEpsilon) : null;
}
