using System.Globalization;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Endpoints;

/// <summary>A request that runs or ran, by its id: its events again, its end, its story.</summary>
internal sealed class RequestEndpoints(ApiContext api, ILogger<RequestEndpoints> logger)
{
    /// <summary>GET /v1/requests/{id}/events?from=N: the stream from an index on.</summary>
    public async Task ReplayAsync(HttpContext context, string id)
    {
        var (from, error) = From(context.Request);
        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        if (!RequestIds.IsValid(id) || await api.Sessions.RequestAsync(id) is not { } request)
        {
            await ErrorWriter.WriteAsync(context, ApiError.UnknownRequest(id));
            return;
        }

        context.Response.Headers[RequestIds.Header] = id;
        var answer = new Answer(id, request, ResponseFormat.Parse(request.Format), api.Model.Tokenizer);
        await new StreamedAnswer(context, api, logger).WriteAsync(id, answer, from);
    }

    /// <summary>DELETE /v1/requests/{id}: cancels.</summary>
    public async Task CancelAsync(HttpContext context, string id)
    {
        if (!RequestIds.IsValid(id) || !await api.Sessions.CancelAsync(id))
        {
            await ErrorWriter.WriteAsync(context, ApiError.UnknownRequest(id));
            return;
        }

        await Json.AnswerAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("object"u8, "request.cancelled"u8);
            json.WriteBoolean("cancelled"u8, true);
            json.WriteEndObject();
        });
    }

    // from is inclusive; Last-Event-ID names the last event that the client has. The query is the more explicit one.
    private static (int From, ApiError? Error) From(HttpRequest request)
    {
        if (request.Query.TryGetValue("from", out var query))
        {
            return int.TryParse(query, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
                ? (from, null)
                : (0, ApiError.Invalid("from", "from must be an index: 0, 1, 2 and so on."));
        }

        if (request.Headers.TryGetValue("Last-Event-ID", out var header) && header.ToString().Length > 0)
        {
            return int.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var last)
                && last < int.MaxValue
                ? (last + 1, null)
                : (0, ApiError.Invalid("Last-Event-ID", "Last-Event-ID must be the id of an event."));
        }

        return (0, null);
    }
}
