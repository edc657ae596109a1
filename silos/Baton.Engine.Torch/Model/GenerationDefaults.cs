namespace Baton.Engine.Torch.Model;

/// <summary>What a model's makers recommend for generation; null where they say nothing.</summary>
/// <param name="BeginToken">The token that opens every sequence.</param>
/// <param name="EndTokens">The tokens that end one; may be empty.</param>
/// <param name="Temperature">From 0.</param>
/// <param name="TopP">From 0 to 1.</param>
/// <param name="MinP">Least probability, as a share of the likeliest token's: from 0, which is off, to 1.</param>
/// <param name="TopK">0 is off.</param>
/// <param name="RepetitionPenalty">1 is off.</param>
public sealed record GenerationDefaults(
    int? BeginToken,
    int[] EndTokens,
    double? Temperature,
    double? TopP,
    double? MinP,
    int? TopK,
    double? RepetitionPenalty)
{
    /// <summary>Reads generation_config.json if there is one; begin and end tokens fall back to config.json.</summary>
    /// <exception cref="ModelFormatException">A value is out of its range.</exception>
    public static GenerationDefaults Read(string folder, int vocabulary)
    {
        var config = JsonFields.Read(Path.Combine(folder, ModelConfigReader.FileName));
        var path = Path.Combine(folder, "generation_config.json");
        var generation = File.Exists(path) ? JsonFields.Read(path) : null;
        int[]? Ids(string field) =>
            generation?.OptionalIds(field, vocabulary) ?? config.OptionalIds(field, vocabulary);

        return new GenerationDefaults(
            Ids("bos_token_id") is [var begin, ..] ? begin : null,
            Ids("eos_token_id") ?? [],
            generation?.OptionalDouble("temperature", 0, 100),
            generation?.OptionalDouble("top_p", 0, 1),
            generation?.OptionalDouble("min_p", 0, 1),
            generation?.OptionalInt("top_k", 0, int.MaxValue),
            generation?.OptionalDouble("repetition_penalty", 1e-3, 1e3));
    }
}
