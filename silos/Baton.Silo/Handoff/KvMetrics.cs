using System.Diagnostics.Metrics;

namespace Baton.Silo.Handoff;

/// <summary>The handoff in the meter <c>Baton</c>.</summary>
internal static class KvMetrics
{
    private static readonly Meter _meter = new("Baton");

    private static readonly Counter<long> _bytes = _meter.CreateCounter<long>(
        "baton.kv.transfer.bytes", "By", "KV that landed, by plane");

    private static readonly Histogram<double> _seconds = _meter.CreateHistogram<double>(
        "baton.kv.transfer.duration", "s", "From the start of a pull to its verified end, by plane");

    private static readonly Counter<long> _pullFailures = _meter.CreateCounter<long>(
        "baton.kv.transfer.failures", "{transfer}", "Handoffs that failed at decode, by reason");

    private static readonly Counter<long> _refused = _meter.CreateCounter<long>(
        "baton.kv.descriptors.refused", "{descriptor}", "Descriptors that decode refused, by reason");

    private static readonly Counter<long> _ended = _meter.CreateCounter<long>(
        "baton.kv.handoffs", "{handoff}", "Handoffs that ended at prefill, by outcome and reason");

    private static readonly Counter<long> _expired = _meter.CreateCounter<long>(
        "baton.kv.leases.expired", "{lease}", "Leases that nobody collected");

    private static readonly Counter<long> _closed = _meter.CreateCounter<long>(
        "baton.kv.connections.closed", "{connection}", "Byte channels that the server closed, by reason");

    public static void Pulled(string plane, long bytes, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("plane", plane);
        _bytes.Add(bytes, tag);
        _seconds.Record(duration.TotalSeconds, tag);
    }

    public static void PullFailed(string reason) => _pullFailures.Add(1, Reason(reason));

    public static void Refused(string reason) => _refused.Add(1, Reason(reason));

    public static void HandoffEnded(HandoffOutcome outcome, string? reason)
    {
        _ended.Add(1, new("outcome", outcome.ToString()), Reason(reason ?? ""));
        if (outcome == HandoffOutcome.LeaseExpired)
            _expired.Add(1);
    }

    public static void ConnectionClosed(string reason) => _closed.Add(1, Reason(reason));

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}
