using System.Text.Encodings.Web;
using System.Text.Json;

namespace Baton.Host.Api.Responses;

/// <summary>How this surface writes JSON.</summary>
internal static class Json
{
    /// <summary>Text stays as it is where JSON allows it: answers are never put into a page unescaped.</summary>
    public static JsonWriterOptions Writing { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Answers a request with what <paramref name="write"/> writes.</summary>
    public static async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = "application/json";
        using (var json = new Utf8JsonWriter(context.Response.BodyWriter, Writing))
        {
            write(json);
        }

        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    public static void WriteTokens(Utf8JsonWriter json, ReadOnlySpan<byte> name, ReadOnlySpan<int> tokens)
    {
        json.WriteStartArray(name);
        foreach (var token in tokens)
        {
            json.WriteNumberValue(token);
        }

        json.WriteEndArray();
    }
}
