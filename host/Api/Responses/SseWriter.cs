using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text.Json;

namespace Baton.Host.Api.Responses;

/// <summary>
/// Writes server-sent events straight into the response's buffers: no string and no serializer for each token. An
/// event leaves with <see cref="FlushAsync"/>.
/// </summary>
internal sealed class SseWriter(PipeWriter output) : IDisposable
{
    private readonly Utf8JsonWriter _json = new(output, Json.Writing);

    /// <summary>Begins an event; its one data line is what is written to the result.</summary>
    public Utf8JsonWriter Begin(int? id)
    {
        if (id is { } number)
        {
            Raw("id: "u8);
            var span = output.GetSpan(11);
            Utf8Formatter.TryFormat(number, span, out var length);
            output.Advance(length);
            Raw("\n"u8);
        }

        Raw("data: "u8);
        _json.Reset(output);
        return _json;
    }

    public void End()
    {
        _json.Flush();
        Raw("\n\n"u8);
    }

    /// <summary>The end of the stream, as OpenAI's clients expect it.</summary>
    public void Done() => Raw("data: [DONE]\n\n"u8);

    /// <summary>Says that the stream lives; readers pass over it.</summary>
    public void Comment() => Raw(":\n\n"u8);

    public async ValueTask FlushAsync(CancellationToken cancellationToken) => await output.FlushAsync(cancellationToken);

    public void Dispose() => _json.Dispose();

    private void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }
}
