using Baton.Contracts.Sessions;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Requests;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Endpoints;

/// <summary>POST /v1/chat/completions and /v1/completions. Every refusal comes before the 200.</summary>
internal sealed class GenerationEndpoint(ApiContext api, ILogger<GenerationEndpoint> logger)
{
    private readonly GenerationReader _reader = new(api);

    public async Task HandleAsync(HttpContext context, AnswerKind kind)
    {
        var (body, error) = await JsonBody.ReadAsync(context, api.Options);
        PreparedRequest? prepared = null;
        if (body is not null)
        {
            (prepared, error) = _reader.Read(body, kind);
        }

        error ??= RequestIds.Choose(context, prepared!.RequestId);
        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        await StartAsync(context, RequestIds.Of(context), prepared!);
    }

    private async Task StartAsync(HttpContext context, string id, PreparedRequest prepared)
    {
        var start = await api.Sessions.StartAsync(id, prepared.Generation, context.RequestAborted);
        if (StartErrors.Of(start, api.Options) is { } refused)
        {
            await ErrorWriter.WriteAsync(context, refused);
            return;
        }

        if (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody will read what has just been started. One that was here before may have other readers.
            if (start.Outcome == StartOutcome.Started)
            {
                await api.Sessions.CancelAsync(id);
            }

            return;
        }

        var (request, format) = (prepared.Generation, prepared.Format);
        if (start.Outcome == StartOutcome.Attached)
        {
            // The answer is the first request's: its seed, its time, its form.
            if (await api.Sessions.RequestAsync(id) is not { } first)
            {
                await ErrorWriter.WriteAsync(context, ApiError.UnknownRequest(id));
                return;
            }

            (request, format) = (first, ResponseFormat.Parse(first.Format));
        }

        var answer = new Answer(id, request, format, api.Model.Tokenizer);
        await (format.Stream
            ? new StreamedAnswer(context, api, logger).WriteAsync(id, answer, 0)
            : WholeAsync(context, id, answer));
    }

    private async Task WholeAsync(HttpContext context, string id, Answer answer)
    {
        var whole = new WholeAnswer(answer);
        try
        {
            await foreach (var entry in api.Sessions.ReadAsync(id, 0, context.RequestAborted)
                .WithCancellation(context.RequestAborted))
            {
                if (entry.Kind == SessionEventKind.Error)
                {
                    await ErrorWriter.WriteAsync(context, StartErrors.OfFailure(entry, api.Options));
                    return;
                }

                answer.Count(entry);
                whole.Add(entry);
                answer.Passed(entry);
            }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // An answer in one piece has no reader who could come back for the rest.
            await api.Sessions.CancelAsync(id);
            return;
        }

        if (!answer.IsComplete)
        {
            await ErrorWriter.WriteAsync(context, new ApiError(
                StatusCodes.Status503ServiceUnavailable,
                "The gateway that ran the request is gone.",
                "request_lost",
                null,
                api.Options.RetryAfter));
            return;
        }

        await Json.AnswerAsync(context, whole.Write);
    }
}
