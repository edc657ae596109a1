using System.Text.Json;
using Baton.Contracts.Sessions;

namespace Baton.Host.Api.Responses;

/// <summary>Writes the chunks of one kind of streamed answer. Stateless.</summary>
internal interface IChunks
{
    /// <summary>The chunk that opens a choice.</summary>
    void Open(Utf8JsonWriter json, Answer answer, int choice);

    /// <summary>The chunk of a token or of the end of a choice.</summary>
    void Event(Utf8JsonWriter json, Answer answer, SessionEvent entry);

    /// <summary>The last chunk: no choice, the usage.</summary>
    void Usage(Utf8JsonWriter json, Answer answer);
}
