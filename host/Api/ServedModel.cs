using Baton.Core.Engine;
using Baton.Core.Text;

namespace Baton.Host.Api;

/// <summary>What a model's own generation config says; null where it says nothing.</summary>
public sealed record GenerationDefaults
{
    public float? Temperature { get; init; }

    public float? TopP { get; init; }

    public float? MinP { get; init; }

    public int? TopK { get; init; }

    public float? RepetitionPenalty { get; init; }
}

/// <summary>The model that this gateway speaks for. Immutable.</summary>
/// <param name="Info">Its name and its sizes.</param>
/// <param name="Tokenizer">Text to tokens and back.</param>
/// <param name="Template">Chat messages to a prompt; null when the model has no chat template.</param>
/// <param name="Defaults">Sampling where the request says nothing.</param>
/// <param name="EndTokens">Tokens that end an answer.</param>
/// <param name="Created">When the model was loaded; clients see it in the list of models.</param>
public sealed record ServedModel(
    ModelInfo Info,
    ITokenizer Tokenizer,
    IChatTemplate? Template,
    GenerationDefaults Defaults,
    int[] EndTokens,
    DateTimeOffset Created);
