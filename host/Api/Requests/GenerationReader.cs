using Baton.Contracts.Sessions;
using Baton.Core.Sampling;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Requests;

/// <summary>A request as it goes to a session, and how its answer is written.</summary>
internal sealed record PreparedRequest(GenerationRequest Generation, ResponseFormat Format, string? RequestId);

/// <summary>Reads the body of a generation: every known field is honoured or refused.</summary>
internal sealed class GenerationReader(ApiContext api)
{
    // OpenAI's default for completions; chats go on to the end of the context.
    private const int CompletionTokens = 16;

    /// <summary>Exactly one of the two results is not null.</summary>
    public (PreparedRequest? Request, ApiError? Error) Read(JsonBody body, AnswerKind kind)
    {
        var fields = new FieldReader(body.Root);
        var chat = kind == AnswerKind.Chat;
        CheckModel(fields, api.Model);
        Refusals.Check(fields);
        var n = (int)(fields.Integer("n", 1, api.Options.MaxChoices) ?? 1);
        var format = Format(fields, kind, n);
        if (fields.Error is not null)
        {
            return (null, fields.Error);
        }

        List<int[]> prompts = chat
            ? [PromptReader.Chat(fields, api.Model, api.Options)]
            : PromptReader.Completion(fields, api.Model, api.Options);
        if (fields.Error is null && prompts[0].Length == 0)
        {
            fields.Refuse("messages", "The messages give a prompt without a token.");
        }

        var longest = prompts.Count == 0 ? 0 : prompts.Max(p => p.Length);
        var sampling = SamplingReader.Read(fields, format.TopLogprobs, api.Model, api);
        var generation = new GenerationRequest
        {
            Choices = Choices(prompts, n, sampling),
            Stop = StopReader.Rules(
                fields, longest, chat ? "messages" : "prompt", chat ? null : CompletionTokens, api.Model, api.Options),
            StopStrings = StopReader.Strings(fields, api.Options),
            IncludeStopString = fields.Flag("include_stop_str_in_output") ?? false,
            SkipSpecialTokens = fields.Flag("skip_special_tokens") ?? true,
            CacheSalt = fields.Text("cache_salt", 1, 1024) ?? "",
            OrphanGrace = api.Options.ResumeGrace,
            BodyFingerprint = $"{kind}:{body.Digest}",
            Format = format.ToText(),
        };
        var id = fields.Text("request_id", 1, RequestIds.MaxLength);
        return fields.Error is { } error ? (null, error) : (new PreparedRequest(generation, format, id), null);
    }

    public static void CheckModel(FieldReader fields, ServedModel model)
    {
        if (fields.Text("model", 1, 256) is { } name && name != model.Info.Id)
        {
            fields.Fail(ModelNotFound(name));
        }
    }

    public static ApiError ModelNotFound(string name) =>
        ApiError.NotFound($"The model '{name}' is not served here.", "model_not_found", "model");

    private ResponseFormat Format(FieldReader fields, AnswerKind kind, int n)
    {
        var stream = fields.Flag("stream") ?? false;
        var options = fields.Object("stream_options");
        if (options is not null && !stream)
        {
            fields.Refuse("stream_options", "stream_options needs stream: true.");
        }

        var streaming = options is { } given ? new FieldReader(given) : null;
        var usage = streaming?.Flag("include_usage") ?? false;
        var continuous = streaming?.Flag("continuous_usage_stats") ?? false;
        if (streaming?.Error is { } error)
        {
            fields.Refuse("stream_options", error.Message);
        }
        else if (continuous && !usage)
        {
            fields.Refuse("stream_options", "continuous_usage_stats needs include_usage: true.");
        }

        return new ResponseFormat
        {
            Kind = kind,
            Model = api.Model.Info.Id,
            Created = api.Time.GetUtcNow().ToUnixTimeSeconds(),
            Stream = stream,
            IncludeUsage = usage,
            ContinuousUsage = continuous,
            ReturnTokenIds = fields.Flag("return_token_ids") ?? false,
            TopLogprobs = kind == AnswerKind.Chat ? ChatLogprobs(fields) : CompletionLogprobs(fields),
            ChoicesPerPrompt = n,
        };
    }

    private int? ChatLogprobs(FieldReader fields)
    {
        var asked = fields.Flag("logprobs") ?? false;
        var top = (int?)fields.Integer("top_logprobs", 0, api.Options.MaxTopLogprobs);
        if (top is > 0 && !asked)
        {
            fields.Refuse("top_logprobs", "top_logprobs needs logprobs: true.");
        }

        return asked ? top ?? 0 : null;
    }

    private int? CompletionLogprobs(FieldReader fields) =>
        (int?)fields.Integer("logprobs", 0, api.Options.MaxTopLogprobs);

    private static ChoiceRequest[] Choices(List<int[]> prompts, int n, SamplingOptions sampling) =>
        [.. Enumerable.Range(0, prompts.Count * n).Select(choice => new ChoiceRequest
        {
            Prompt = prompts[choice / n],
            Sampling = sampling with { Seed = SeededChance.ForChoice(sampling.Seed, choice % n) },
        })];
}
