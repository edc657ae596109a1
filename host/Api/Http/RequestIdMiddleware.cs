using Baton.Host.Api.Errors;

namespace Baton.Host.Api.Http;

/// <summary>Every response names its request: the client's id if it brought one, else a fresh one.</summary>
internal sealed class RequestIdMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var given = context.Request.Headers[RequestIds.Header];
        if (given.Count == 0)
        {
            context.Response.Headers[RequestIds.Header] = RequestIds.Fresh();
            return next(context);
        }

        if (given.Count == 1 && RequestIds.IsValid(given[0]!))
        {
            context.Response.Headers[RequestIds.Header] = given[0];
            return next(context);
        }

        context.Response.Headers[RequestIds.Header] = RequestIds.Fresh();
        return ErrorWriter.WriteAsync(context, RequestIds.Malformed(RequestIds.Header));
    }
}
