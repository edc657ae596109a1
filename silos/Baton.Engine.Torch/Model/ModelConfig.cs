namespace Baton.Engine.Torch.Model;

/// <summary>
/// The shape of a Llama-family model, as config.json states it; checked by <see cref="ModelConfigReader"/>.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>Width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    /// <summary>Query heads of a layer.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads of a layer; divides <see cref="Heads"/>.</summary>
    public required int KvHeads { get; init; }

    /// <summary>Width of a head, even; not always hidden size / heads.</summary>
    public required int HeadDim { get; init; }

    /// <summary>Width inside the MLP.</summary>
    public required int IntermediateSize { get; init; }

    public required int VocabularySize { get; init; }

    /// <summary>Most positions of a sequence.</summary>
    public required int MaxContext { get; init; }

    public required double RmsNormEpsilon { get; init; }

    public required double RopeTheta { get; init; }

    /// <summary>Null: the frequencies as they are.</summary>
    public RopeScaling? RopeScaling { get; init; }

    /// <summary>Whether the query, key and value projections have a bias.</summary>
    public bool QkvBias { get; init; }

    /// <summary>Whether the output projection of attention has a bias.</summary>
    public bool OutputBias { get; init; }

    /// <summary>Whether every head's query and key are normed before they are rotated.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Positions that a token sees, itself included; null: all before it.</summary>
    public int? SlidingWindow { get; init; }

    /// <summary>Whether checkpoints hold query, key and value as one tensor, and gate and up as another.</summary>
    public bool FusedTensors { get; init; }

    /// <summary>Whether the gate, up and down projections have a bias.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether the output head is the embedding.</summary>
    public bool TiedEmbeddings { get; init; }

    /// <summary>Query heads that share a key and value head.</summary>
    public int Group => Heads / KvHeads;

    /// <summary>Width of all query heads together.</summary>
    public int QuerySize => Heads * HeadDim;

    /// <summary>Width of all key heads together, and of all value heads.</summary>
    public int KvSize => KvHeads * HeadDim;
}
