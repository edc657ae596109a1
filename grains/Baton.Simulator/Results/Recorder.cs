using Baton.Simulator.Requests;
using Baton.Simulator.Workloads;

namespace Baton.Simulator.Results;

/// <summary>Notes what happens, as it happens.</summary>
internal sealed class Recorder
{
    private readonly List<RequestResult> _results = [];
    private readonly SortedDictionary<string, int> _reasons = new(StringComparer.Ordinal);

    public IReadOnlyList<RequestResult> Results => _results;

    /// <summary>Why requests were rejected or failed, and how many.</summary>
    public IReadOnlyDictionary<string, int> Reasons => _reasons;

    /// <summary>Times between adjacent tokens of a request, in milliseconds.</summary>
    public LogHistogram Gaps { get; } = new();

    public long Arrivals { get; private set; }

    public long Tokens { get; private set; }

    public long Recomputes { get; set; }

    public long Migrations { get; set; }

    public long Preemptions { get; set; }

    public long Deaths { get; set; }

    public long HandoffBytes { get; set; }

    public double CachedTokens { get; set; }

    public double PrefilledPromptTokens { get; set; }

    public void Arrived(Arrival arrival)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(arrival.PromptTokens, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(arrival.OutputTokens, 1);
        Arrivals++;
    }

    public void Token(SimulatedRequest request, TimeSpan at)
    {
        Tokens++;
        if (request.FirstTokenAt is null)
            request.FirstTokenAt = at;
        else
            Gaps.Add((at - request.LastTokenAt).TotalMilliseconds);
        request.LastTokenAt = at;
    }

    public void Ended(SimulatedRequest request, Outcome outcome, string reason)
    {
        double first = request.FirstTokenAt is { } at ? (at - request.Arrival.At).TotalMilliseconds : double.NaN;
        double each = request is { FirstTokenAt: { } f, Generated: > 1 }
            ? (request.LastTokenAt - f).TotalMilliseconds / (request.Generated - 1)
            : 0;
        _results.Add(new RequestResult(
            (float)request.Arrival.At.TotalSeconds, (float)first, (float)each, request.Arrival.PromptTokens, request.Generated, outcome));
        if (outcome != Outcome.Completed)
            _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
    }
}
