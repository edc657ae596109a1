using System.Diagnostics.Metrics;

namespace Baton.Silo.Handoff;

/// <summary>The handoff in the meter <c>Baton</c>.</summary>
public static class KvMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Baton";

    private static readonly Meter _meter = new(MeterName);

    private static readonly InstrumentAdvice<double> _transferTimes = new()
    {
        HistogramBucketBoundaries = [.0002, .0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10],
    };

    private static readonly Counter<long> _bytes = _meter.CreateCounter<long>(
        "baton.kv.transfer.bytes", "By", "KV that landed, by plane");

    private static readonly Histogram<double> _seconds = _meter.CreateHistogram<double>(
        "baton.kv.transfer.duration", "s", "From the start of a pull to its verified end, by plane", null, _transferTimes);

    private static readonly Histogram<double> _exposed = _meter.CreateHistogram<double>(
        "baton.kv.transfer.exposed", "s", "What decode waited for after the end of prefill was announced", null, _transferTimes);

    private static readonly UpDownCounter<long> _unacked = _meter.CreateUpDownCounter<long>(
        "baton.kv.window.used", "By", "KV that is described to decode workers and not acknowledged");

    private static readonly Counter<long> _retries = _meter.CreateCounter<long>(
        "baton.kv.pulls.retried", "{pull}", "Pulls tried again because a kept connection had broken");

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

    internal static void Exposed(TimeSpan wait) => _exposed.Record(wait.TotalSeconds);

    internal static void Unacked(long bytes) => _unacked.Add(bytes);

    internal static void Retried() => _retries.Add(1);

    internal static void Pulled(string plane, long bytes, TimeSpan duration)
    {
        var tag = new KeyValuePair<string, object?>("plane", plane);
        _bytes.Add(bytes, tag);
        _seconds.Record(duration.TotalSeconds, tag);
    }

    internal static void PullFailed(string reason) => _pullFailures.Add(1, Reason(reason));

    internal static void Refused(string reason) => _refused.Add(1, Reason(reason));

    internal static void HandoffEnded(HandoffOutcome outcome, string? reason)
    {
        _ended.Add(1, new("outcome", outcome.ToString()), Reason(reason ?? ""));
        if (outcome == HandoffOutcome.LeaseExpired)
            _expired.Add(1);
    }

    internal static void ConnectionClosed(string reason) => _closed.Add(1, Reason(reason));

    private static KeyValuePair<string, object?> Reason(string reason) => new("reason", reason);
}
