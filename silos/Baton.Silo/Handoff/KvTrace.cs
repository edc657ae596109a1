using System.Diagnostics;

namespace Baton.Silo.Handoff;

/// <summary>A span for each handoff, from its first descriptor to its end at decode, in the source <c>Baton</c>.</summary>
public static class KvTrace
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Baton";

    private static readonly ActivitySource _source = new(SourceName);

    /// <summary>Made when all is known, so that nothing that flows with a call carries it.</summary>
    internal static void Ended(KvIncoming incoming, DateTimeOffset now)
    {
        using var span = _source.StartActivity(
            "kv.handoff", ActivityKind.Consumer, parentContext: default, startTime: incoming.StartedAt);
        if (span is null)
            return;
        span.SetTag("baton.request.id", incoming.Key.RequestId);
        span.SetTag("baton.sequence.choice", incoming.Key.Choice);
        span.SetTag("baton.sequence.epoch", incoming.Key.Epoch);
        span.SetTag("baton.kv.producer", incoming.Producer?.Worker.Name);
        span.SetTag("baton.kv.plane", incoming.Plane);
        span.SetTag("baton.kv.bytes", incoming.Bytes);
        span.SetTag("baton.kv.exposed_ms", incoming.Exposed(now).TotalMilliseconds);
        if (incoming.Failure is { } reason)
            span.SetStatus(ActivityStatusCode.Error, reason);
        span.SetEndTime(now.UtcDateTime);
    }
}
