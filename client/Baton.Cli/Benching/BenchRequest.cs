using Baton.Simulator.Results;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Benching;

/// <summary>What became of one request.</summary>
internal sealed class BenchRequest(Arrival arrival)
{
    private readonly List<float> _gaps = [];
    private TimeSpan? _first;
    private TimeSpan _last;
    private bool _isFinished;
    private bool _isRejected;

    /// <summary>Why it was refused or failed; null when neither.</summary>
    public string? Reason { get; private set; }

    /// <summary>Times between adjacent tokens, in milliseconds.</summary>
    public IReadOnlyList<float> Gaps => _gaps;

    public RequestResult Result => new(
        (float)arrival.At.TotalSeconds,
        _first is { } first ? (float)first.TotalMilliseconds : float.NaN,
        _gaps.Count > 0 ? (float)((_last - _first!.Value).TotalMilliseconds / _gaps.Count) : 0,
        arrival.PromptTokens,
        _first is null ? 0 : _gaps.Count + 1,
        _isRejected ? Outcome.Rejected : _isFinished && Reason is null ? Outcome.Completed : Outcome.Failed);

    public void Token(TimeSpan since)
    {
        if (_first is null)
        {
            _first = since;
        }
        else
        {
            _gaps.Add((float)(since - _last).TotalMilliseconds);
        }

        _last = since;
    }

    public void Finished() => _isFinished = true;

    public void Refused(int status, bool isOverload) => (Reason, _isRejected) = ($"status {status}", isOverload);

    public void Broken(string reason) => Reason ??= reason;
}
