using System.Runtime.CompilerServices;
using Baton.Contracts.Sessions;
using Baton.Host.Api;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Requests;
using Baton.Host.Api.Responses;
using Microsoft.AspNetCore.SignalR;

namespace Baton.Host.Hubs;

/// <summary>Chats over SignalR, at /hubs/chat.</summary>
internal sealed class ChatHub(ApiContext api) : Hub
{
    /// <summary>Generates; the request is the chat-completions body and, if the client chose one, its requestId.</summary>
    public async IAsyncEnumerable<GeneratedItem> Generate(
        HubJson request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prepared = Prepare(request);
        var id = prepared.RequestId ?? RequestIds.Fresh();
        var start = await api.Sessions.StartAsync(id, prepared.Generation, cancellationToken);
        if (StartErrors.Of(start, api.Options) is { } refused)
        {
            throw Failure(refused);
        }

        if (cancellationToken.IsCancellationRequested && start.Outcome == StartOutcome.Started)
        {
            await api.Sessions.CancelAsync(id);
            yield break;
        }

        await foreach (var item in Answer(id, prepared.Generation, prepared.Format).ReadAsync(0, cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>The rest of a request's stream, from an index on; on any gateway.</summary>
    public async IAsyncEnumerable<GeneratedItem> Resume(
        string requestId, int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (fromIndex < 0)
        {
            throw Failure(ApiError.Invalid("fromIndex", "fromIndex must be an index: 0, 1, 2 and so on."));
        }

        if (requestId is null || !RequestIds.IsValid(requestId)
            || await api.Sessions.RequestAsync(requestId) is not { } request)
        {
            throw Failure(ApiError.UnknownRequest(requestId ?? ""));
        }

        if (request.Choices.Length > 1)
        {
            throw Failure(ApiError.Invalid("requestId", "The request has several choices; read it over HTTP."));
        }

        await foreach (var item in Answer(requestId, request, ResponseFormat.Parse(request.Format))
            .ReadAsync(fromIndex, cancellationToken))
        {
            yield return item;
        }
    }

    /// <summary>Cancels a request, whoever started it; false when it is unknown.</summary>
    public Task<bool> Cancel(string requestId) =>
        requestId is not null && RequestIds.IsValid(requestId)
            ? api.Sessions.CancelAsync(requestId)
            : Task.FromResult(false);

    private PreparedRequest Prepare(HubJson request)
    {
        if (request is null)
        {
            throw Failure(ApiError.Invalid(null, "The request is missing."));
        }

        var (body, error) = JsonBody.Parse(request.Utf8, api.Options);
        if (error is not null)
        {
            throw Failure(error);
        }

        var fields = new FieldReader(body!.Root);
        fields.Integer("n", 1, 1);
        fields.Integer("top_logprobs", 0, 0);
        var id = fields.Text("requestId", 1, RequestIds.MaxLength);
        if (fields.Error is not null)
        {
            throw Failure(fields.Error);
        }

        (var prepared, error) = new GenerationReader(api).Read(body, AnswerKind.Chat);
        id ??= prepared?.RequestId;
        if (error is null && id is not null && !RequestIds.IsValid(id))
        {
            error = RequestIds.Malformed("requestId");
        }

        return error is null ? prepared! with { RequestId = id } : throw Failure(error);
    }

    private HubAnswer Answer(string id, GenerationRequest request, ResponseFormat format) =>
        new(id, new Answer(id, request, format, api.Model.Tokenizer), api.Sessions);

    private static HubException Failure(ApiError error) =>
        new(error.Param is null ? $"{error.Code}: {error.Message}" : $"{error.Code} ({error.Param}): {error.Message}");
}
