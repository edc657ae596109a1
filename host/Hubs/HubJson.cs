using System.Text.Json.Serialization;
using MessagePack;

namespace Baton.Host.Hubs;

/// <summary>
/// JSON on its way through a hub. It is the same value in both protocols: JSON as it is, in MessagePack maps and
/// arrays with the same names.
/// </summary>
/// <param name="Utf8">The JSON text.</param>
[JsonConverter(typeof(HubJsonConverter))]
[MessagePackFormatter(typeof(HubJsonFormatter))]
public sealed record HubJson(ReadOnlyMemory<byte> Utf8);
