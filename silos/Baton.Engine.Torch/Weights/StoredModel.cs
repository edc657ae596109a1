using static TorchSharp.torch;

namespace Baton.Engine.Torch.Weights;

/// <summary>A projection as it lies in files: its outputs are those of its parts, one after the other.</summary>
/// <param name="Parts">Each [outputs, inputs].</param>
/// <param name="Biases">Each [outputs] of a part, or null.</param>
internal sealed record StoredLinear(StoredTensor[] Parts, StoredTensor[]? Biases)
{
    public int Outputs => (int)Parts.Sum(p => p.Shape[0]);

    public int Inputs => (int)Parts[0].Shape[1];

    /// <summary>Whether bf16 holds all its weights as they are.</summary>
    public bool IsBF16 => Parts.All(p => p.Type == ScalarType.BFloat16);

    /// <summary>Some weights of an output.</summary>
    public void Read(int output, int firstInput, Span<float> to)
    {
        var (part, row) = Locate(output);
        part.Read(((long)row * Inputs) + firstInput, to);
    }

    /// <summary>Lets go of what was read of some outputs.</summary>
    public void DropPages(int first, int end)
    {
        for (var output = first; output < end;)
        {
            var (part, row) = Locate(output);
            var count = Math.Min(end - output, (int)part.Shape[0] - row);
            part.DropPages((long)row * Inputs, (long)count * Inputs);
            output += count;
        }
    }

    /// <summary>The biases and the first output of each.</summary>
    public IEnumerable<(StoredTensor Bias, int FirstOutput)> BiasParts()
    {
        var first = 0;
        foreach (var bias in Biases ?? [])
        {
            yield return (bias, first);
            first += (int)bias.Shape[0];
        }
    }

    private (StoredTensor Part, int Row) Locate(int output)
    {
        foreach (var part in Parts)
        {
            if (output < part.Shape[0])
                return (part, output);

            output -= (int)part.Shape[0];
        }

        throw new ArgumentOutOfRangeException(nameof(output));
    }
}

/// <summary>A layer's weights where they lie.</summary>
/// <param name="AttentionNorm">[hidden].</param>
/// <param name="Qkv">Query, key and value projections: [(heads + 2 kv heads) * head dim, hidden].</param>
/// <param name="QueryNorm">[head dim], or null.</param>
/// <param name="KeyNorm">[head dim], or null.</param>
/// <param name="Output">[hidden, heads * head dim].</param>
/// <param name="MlpNorm">[hidden].</param>
/// <param name="GateUp">Gate and up projections: [2 * intermediate, hidden].</param>
/// <param name="Down">[hidden, intermediate].</param>
internal sealed record StoredLayer(
    StoredTensor AttentionNorm,
    StoredLinear Qkv,
    StoredTensor? QueryNorm,
    StoredTensor? KeyNorm,
    StoredLinear Output,
    StoredTensor MlpNorm,
    StoredLinear GateUp,
    StoredLinear Down)
{
    public StoredLinear[] Matrices => [Qkv, Output, GateUp, Down];
}

/// <summary>A model's weights where they lie: names and shapes are checked, nothing is read yet.</summary>
/// <param name="Embedding">[vocabulary, hidden].</param>
/// <param name="Layers">In order.</param>
/// <param name="Norm">[hidden].</param>
/// <param name="Head">[vocabulary, hidden]; the embedding itself where the model ties them.</param>
internal sealed record StoredModel(StoredTensor Embedding, StoredLayer[] Layers, StoredTensor Norm, StoredTensor Head)
{
    public StoredLinear HeadMatrix => new([Head], null);

    /// <summary>All that inputs are multiplied with.</summary>
    public IEnumerable<StoredLinear> Matrices => Layers.SelectMany(l => l.Matrices).Append(HeadMatrix);
}
