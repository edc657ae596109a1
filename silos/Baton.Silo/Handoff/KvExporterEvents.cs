using Baton.Contracts.Handoff;
using Baton.Core.Engine;

namespace Baton.Silo.Handoff;

/// <summary>What the exporter calls, from threads of the pool and outside its locks.</summary>
/// <param name="Publish">Puts descriptors on a decode worker's stream.</param>
/// <param name="Release">
/// The handoff has ended and nobody reads its blocks any more. Once for every handoff opened; must not throw.
/// </param>
public sealed record KvExporterEvents(
    Func<string, KvDescriptor[], CancellationToken, ValueTask> Publish,
    Action<SequenceKey, HandoffEnd> Release);
