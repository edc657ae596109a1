using System.Text.Json.Nodes;
using Baton.Host.Api;

namespace Baton.Host.Tests.Api;

/// <summary>A cluster whose state a test sets.</summary>
internal sealed class FakeReport : IClusterReport
{
    public JsonObject State { get; set; } = new() { ["model"] = Edge.Model, ["workers"] = new JsonArray(), ["scale"] = new JsonObject() };

    public ValueTask<JsonObject> SnapshotAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(State.DeepClone().AsObject());
}
