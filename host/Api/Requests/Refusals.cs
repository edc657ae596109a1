using System.Text.Json;

namespace Baton.Host.Api.Requests;

/// <summary>
/// Fields that clients know and this server does not do. Each is taken only with the values that ask for nothing; a
/// field that would be dropped in silence gives an answer that the client did not ask for.
/// </summary>
internal static class Refusals
{
    private static readonly (string Name, Func<JsonElement, bool> Harmless, string Message)[] Common =
    [
        ("response_format", IsTextFormat, "Only response_format {\"type\":\"text\"} is served."),
        ("tools", IsEmpty, "Tools are not served."),
        ("tool_choice", IsAny("none", "auto"), "tool_choice can only be none or auto: tools are not served."),
        ("functions", IsEmpty, "Functions are not served."),
        ("function_call", IsAny("none", "auto"), "function_call can only be none or auto: functions are not served."),
        ("modalities", IsTextOnly, "Only the modality text is served."),
        ("audio", Never, "Audio is not served."),
        ("prediction", Never, "Predicted outputs are not served."),
        ("web_search_options", Never, "Web search is not served."),
        ("service_tier", IsAny("auto", "default"), "service_tier can only be auto or default."),
        ("verbosity", IsAny("medium"), "verbosity can only be medium."),
        ("store", IsFalse, "Answers are not stored: store can only be false."),
        ("suffix", IsEmptyText, "A suffix is not served."),
        ("echo", IsFalse, "Echoing the prompt is not served."),
        ("best_of", IsNumber(1), "best_of can only be 1; use n."),
        ("prompt_logprobs", Never, "Log-probabilities of the prompt are not served."),
        ("use_beam_search", IsFalse, "Beam search is not served."),
        ("length_penalty", IsNumber(1), "length_penalty belongs to beam search, which is not served."),
        ("early_stopping", IsFalse, "early_stopping belongs to beam search, which is not served."),
        ("truncate_prompt_tokens", Never, "Prompts are not truncated; send a shorter one."),
        ("continue_final_message", IsFalse, "Continuing the last message is not served."),
        ("chat_template", Never, "A chat template of the request is not served; the model's own is used."),
        ("documents", IsEmpty, "Documents are not served."),
        ("priority", IsNumber(0), "priority can only be 0."),
        ("kv_transfer_params", Never, "KV transfers are arranged by the server itself."),
        ("bad_words", IsEmpty, "bad_words is not served; use logit_bias."),
        ("allowed_token_ids", Never, "allowed_token_ids is not served; use logit_bias."),
        ("logits_processors", IsEmpty, "Logits processors are not served."),
        ("guided_json", Never, "Guided decoding is not served."),
        ("guided_regex", Never, "Guided decoding is not served."),
        ("guided_choice", Never, "Guided decoding is not served."),
        ("guided_grammar", Never, "Guided decoding is not served."),
        ("structured_outputs", Never, "Structured outputs are not served."),
        ("mm_processor_kwargs", Never, "Only text is served."),
        ("prompt_embeds", Never, "Prompts are text or token ids."),
        ("return_tokens_as_token_ids", IsFalse, "Use return_token_ids."),
        ("spaces_between_special_tokens", IsTrue, "spaces_between_special_tokens can only be true."),
        ("logprob_token_ids", IsEmpty, "logprob_token_ids is not served; use top_logprobs."),
    ];

    public static void Check(FieldReader fields)
    {
        foreach (var (name, harmless, message) in Common)
        {
            if (fields.TryGet(name, out var value) && !harmless(value))
            {
                fields.Refuse(name, message, "unsupported_parameter");
            }
        }
    }

    private static bool Never(JsonElement value) => false;

    private static bool IsFalse(JsonElement value) => value.ValueKind == JsonValueKind.False;

    private static bool IsTrue(JsonElement value) => value.ValueKind == JsonValueKind.True;

    private static bool IsEmptyText(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.ValueEquals("");

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0;

    private static bool IsTextFormat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String && type.ValueEquals("text");

    private static bool IsTextOnly(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(m => m.ValueKind == JsonValueKind.String && m.ValueEquals("text"));

    private static Func<JsonElement, bool> IsNumber(double number) =>
        value => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var given) && given == number;

    private static Func<JsonElement, bool> IsAny(params string[] texts) =>
        value => value.ValueKind == JsonValueKind.String && texts.Contains(value.GetString());
}
