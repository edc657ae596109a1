using System.Text.RegularExpressions;
using Baton.Host.Api.Errors;

namespace Baton.Host.Api.Http;

/// <summary>Whatever goes wrong leaves as JSON: exceptions, and statuses that the framework set without a body.</summary>
internal sealed class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e)
        {
            await AnswerAsync(context, ApiError.OfStatus(e.StatusCode));
            return;
        }
        catch (RegexMatchTimeoutException)
        {
            // The tokenizer gave a text up that its pattern takes too long for.
            await AnswerAsync(context, ApiError.OfStatus(StatusCodes.Status400BadRequest));
            return;
        }
        catch (Exception e)
        {
            logger.RequestFailed(e, RequestIds.Of(context));
            if (context.Response.HasStarted)
            {
                throw;
            }

            await AnswerAsync(context, ApiError.OfStatus(StatusCodes.Status500InternalServerError));
            return;
        }

        var response = context.Response;
        if (response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null)
        {
            await AnswerAsync(context, ApiError.OfStatus(response.StatusCode));
        }
    }

    private static Task AnswerAsync(HttpContext context, ApiError error) =>
        context.Response.HasStarted ? Task.CompletedTask : ErrorWriter.WriteAsync(context, error);
}
