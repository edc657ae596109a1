using System.Globalization;
using System.Text.Json;
using Baton.Contracts.Sessions;
using Baton.Core.Costs;
using Baton.Host.Api.Errors;
using Baton.Host.Api.Http;
using Baton.Host.Api.Requests;
using Baton.Host.Api.Responses;

namespace Baton.Host.Api.Endpoints;

/// <summary>The cluster and its requests, for people who run it.</summary>
internal sealed class ClusterEndpoints(ApiContext api, IClusterReport report, IClusterControl control)
{
    /// <summary>GET /cluster.</summary>
    public async Task StateAsync(HttpContext context)
    {
        var state = await report.SnapshotAsync(context.RequestAborted);
        await Json.AnswerAsync(context, json => state.WriteTo(json));
    }

    /// <summary>GET /cluster/requests/{id}.</summary>
    public async Task RequestAsync(HttpContext context, string id)
    {
        if (!RequestIds.IsValid(id) || await api.Sessions.DescribeAsync(id) is not { } view)
        {
            await ErrorWriter.WriteAsync(context, ApiError.UnknownRequest(id));
            return;
        }

        await Json.AnswerAsync(context, json => Write(json, view));
    }

    /// <summary>POST /cluster/workers/{id}/drain: the worker takes nothing new, moves what it has, and leaves.</summary>
    public async Task DrainAsync(HttpContext context, string id)
    {
        if (!await control.DrainAsync(id))
        {
            await ErrorWriter.WriteAsync(context, ApiError.UnknownWorker(id));
            return;
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await Json.AnswerAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("state"u8, "draining"u8);
            json.WriteEndObject();
        });
    }

    /// <summary>GET /cluster/workers/{id}/profile: what the worker's latest steps have cost.</summary>
    public async Task ProfileAsync(HttpContext context, string id)
    {
        if (await control.MeasureAsync(id) is not { } measured)
        {
            await ErrorWriter.WriteAsync(context, ApiError.UnknownWorker(id));
            return;
        }

        await Json.AnswerAsync(context, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("profile"u8);
            json.WriteRawValue(ProfileFile.Text(measured.Profile));
            json.WriteNumber("prefillSteps"u8, measured.PrefillSteps);
            json.WriteNumber("prefillError"u8, measured.PrefillError);
            json.WriteNumber("decodeSteps"u8, measured.DecodeSteps);
            json.WriteNumber("decodeError"u8, measured.DecodeError);
            json.WriteEndObject();
        });
    }

    /// <summary>POST /cluster/scale: so many workers of each phase, or the planner's number again.</summary>
    public async Task ScaleAsync(HttpContext context)
    {
        var (body, error) = await JsonBody.ReadAsync(context, api.Options);
        (var request, error) = error is null ? ScaleReader.Read(body!.Root) : (default, error);
        if (error is null && !request.IsRelease && await control.ScaleAsync(request.Prefill, request.Decode) is { } refusal)
        {
            error = new ApiError(StatusCodes.Status409Conflict, refusal, "cannot_scale");
        }

        if (error is not null)
        {
            await ErrorWriter.WriteAsync(context, error);
            return;
        }

        if (request.IsRelease)
        {
            await control.ReleaseAsync();
        }

        var state = await report.SnapshotAsync(context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await Json.AnswerAsync(context, json => state["scale"]!.WriteTo(json));
    }

    private static void Write(Utf8JsonWriter json, SessionView view)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, view.Id);
        json.WriteString("state"u8, view.State);
        json.WriteNumber("epoch"u8, view.Epoch);
        json.WriteBoolean("disaggregated"u8, view.Disaggregated);
        json.WriteString("prefillWorker"u8, view.PrefillWorker);
        json.WriteString("decodeWorker"u8, view.DecodeWorker);
        json.WriteStartArray("timeline"u8);
        foreach (var entry in view.Timeline)
        {
            json.WriteStartObject();
            json.WriteString("t"u8, entry.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
            json.WriteString("state"u8, entry.State);
            json.WriteString("worker"u8, entry.Worker);
            json.WriteString("reason"u8, entry.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("candidates"u8);
        foreach (var candidate in view.Candidates)
        {
            json.WriteStartObject();
            json.WriteString("worker"u8, candidate.Worker);
            if (candidate.Score is { } score && double.IsFinite(score))
            {
                json.WriteNumber("score"u8, score);
            }
            else
            {
                json.WriteNull("score"u8);
            }

            json.WriteString("why"u8, candidate.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
