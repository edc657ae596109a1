namespace Baton.Oracle;

/// <summary>
/// A Llama-shaped model, one token at a time, in float64. Written for clarity and independence: it shares no code with
/// the engines it judges. Not thread-safe: it carries the sequence it has seen.
/// </summary>
public sealed class OracleModel
{
    private readonly WeightFolder _weights;
    private readonly float[] _embedding;
    private readonly Layer[] _layers;
    private readonly RootMeanSquareNorm _norm;
    private readonly Projection _head;

    public OracleModel(string folder)
    {
        Config = OracleConfig.Read(folder);
        _weights = new WeightFolder(folder);
        _embedding = _weights["model.embed_tokens.weight"];
        var rotary = new Rotary(Config);
        _layers = Enumerable.Range(0, Config.Layers).Select(l => Read($"model.layers.{l}.", rotary)).ToArray();
        _norm = Norm("model.norm.weight");
        _head = new Projection(Config.TiedEmbedding ? _embedding : _weights["lm_head.weight"], Config.Hidden);
    }

    public OracleConfig Config { get; }

    /// <summary>Starts a new sequence.</summary>
    public void Reset() => Array.ForEach(_layers, l => l.Attention.Forget());

    /// <summary>Takes the next token of the sequence; returns the logits of the one after it.</summary>
    public double[] Step(int token) => _head.Apply(_norm.Apply(Advance(token)));

    /// <summary>Starts a new sequence with <paramref name="tokens"/>; returns the logits after the last.</summary>
    public double[] Prompt(IReadOnlyList<int> tokens)
    {
        ArgumentOutOfRangeException.ThrowIfZero(tokens.Count);
        Reset();
        for (var i = 0; i + 1 < tokens.Count; i++)
        {
            Advance(tokens[i]);
        }

        return Step(tokens[^1]);
    }

    private double[] Advance(int token)
    {
        var hidden = new double[Config.Hidden];
        for (var i = 0; i < hidden.Length; i++)
        {
            hidden[i] = _embedding[(token * hidden.Length) + i];
        }

        foreach (var layer in _layers)
        {
            Accumulate(hidden, layer.Attention.Step(layer.InputNorm.Apply(hidden)));
            Accumulate(hidden, layer.FeedForward.Apply(layer.MiddleNorm.Apply(hidden)));
        }

        return hidden;
    }

    private Layer Read(string prefix, Rotary rotary) => new(
        Norm(prefix + "input_layernorm.weight"),
        new AttentionLayer(Config, _weights, prefix + "self_attn.", rotary),
        Norm(prefix + "post_attention_layernorm.weight"),
        new FeedForwardLayer(Config, _weights, prefix + "mlp."));

    private RootMeanSquareNorm Norm(string name) => new(_weights[name], Config.NormEpsilon);

    private static void Accumulate(double[] hidden, double[] update)
    {
        for (var i = 0; i < hidden.Length; i++)
        {
            hidden[i] += update[i];
        }
    }

    private sealed record Layer(
        RootMeanSquareNorm InputNorm,
        AttentionLayer Attention,
        RootMeanSquareNorm MiddleNorm,
        FeedForwardLayer FeedForward);
}
