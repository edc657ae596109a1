using System.Globalization;
using System.Text.Json;
using Baton.Core.Sampling;

namespace Baton.Host.Api.Requests;

/// <summary>Reads how tokens are drawn: from the request, else from the model's defaults, else OpenAI's.</summary>
internal static class SamplingReader
{
    // OpenAI's bound; stronger biases do not change more.
    private const float MaxBias = 100;

    /// <summary>The options of choice 0; other choices differ in their seed alone.</summary>
    public static SamplingOptions Read(FieldReader fields, int? topLogprobs, ServedModel model, ApiContext api)
    {
        var defaults = model.Defaults;
        var topK = fields.Integer("top_k", -1, int.MaxValue);
        return new SamplingOptions
        {
            Temperature = (float?)fields.Number("temperature", 0, 2) ?? defaults.Temperature ?? 1,
            TopP = (float?)fields.Number("top_p", 0, 1, leastIncluded: false) ?? defaults.TopP ?? 1,
            TopK = Math.Max(0, (int?)topK ?? defaults.TopK ?? 0),
            MinP = (float?)fields.Number("min_p", 0, 1) ?? defaults.MinP ?? 0,
            RepetitionPenalty = (float?)fields.Number("repetition_penalty", 0, 100, leastIncluded: false)
                ?? defaults.RepetitionPenalty ?? 1,
            FrequencyPenalty = (float?)fields.Number("frequency_penalty", -2, 2) ?? 0,
            PresencePenalty = (float?)fields.Number("presence_penalty", -2, 2) ?? 0,
            Seed = fields.Integer("seed", long.MinValue, long.MaxValue) is { } seed ? (ulong)seed : api.Seeds.Next(),
            LogitBias = Bias(fields, model.Info.VocabularySize, api.Options.MaxLogitBias),
            TopLogprobs = topLogprobs,
        };
    }

    private static Dictionary<int, float>? Bias(FieldReader fields, int vocabularySize, int most)
    {
        if (fields.Object("logit_bias") is not { } bias)
        {
            return null;
        }

        var values = new Dictionary<int, float>();
        foreach (var entry in bias.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token)
                || token >= vocabularySize)
            {
                fields.Refuse("logit_bias", $"A key of logit_bias is no token id from 0 to {vocabularySize - 1}.");
                return null;
            }

            if (entry.Value.ValueKind != JsonValueKind.Number || !entry.Value.TryGetSingle(out var value)
                || !(Math.Abs(value) <= MaxBias))
            {
                fields.Refuse("logit_bias", $"Values of logit_bias are numbers from {-MaxBias} to {MaxBias}.");
                return null;
            }

            values[token] = value;
            if (values.Count > most)
            {
                fields.Refuse("logit_bias", $"logit_bias has at most {most} entries.");
                return null;
            }
        }

        return values.Count > 0 ? values : null;
    }
}
