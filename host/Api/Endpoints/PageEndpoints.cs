namespace Baton.Host.Api.Endpoints;

/// <summary>The chat page. Its files lie inside the assembly: they are found however the host was started.</summary>
internal static class PageEndpoints
{
    private static readonly (string Path, string File, string Type)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/chat.css", "chat.css", "text/css; charset=utf-8"),
        ("/chat.js", "chat.js", "text/javascript; charset=utf-8"),
        ("/facts.js", "facts.js", "text/javascript; charset=utf-8"),
        ("/generation.js", "generation.js", "text/javascript; charset=utf-8"),
        ("/sse.js", "sse.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, file, type) in Files)
        {
            var content = Read(file);
            routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], context =>
            {
                var headers = context.Response.Headers;
                headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'";
                headers.XContentTypeOptions = "nosniff";
                headers.CacheControl = "no-cache";
                context.Response.ContentType = type;
                context.Response.ContentLength = content.Length;
                return HttpMethods.IsHead(context.Request.Method)
                    ? Task.CompletedTask
                    : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
            });
        }
    }

    private static ReadOnlyMemory<byte> Read(string file)
    {
        using var stream = typeof(PageEndpoints).Assembly.GetManifestResourceStream("web/" + file)
            ?? throw new InvalidOperationException($"The page's {file} is not in the assembly.");
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
