using Baton.Core.Planning.Forecasts;

namespace Baton.Core.Planning;

/// <summary>Turns counts that only grow into rates and lengths, and foresees them.</summary>
internal sealed class TrafficHistory(TimeSpan interval)
{
    // Lengths change slowly, and few sequences say little of them: about the last hundred count, and at least those of
    // the last minute, for a hundred come within a second where there is much load.
    private const double Remembered = 100;
    private const double RememberedSeconds = 60;

    // What is asked for is good for being early, and for nothing else: about the last twenty count.
    private const double AskedRemembered = 20;

    // Of an interval: a clock's ticks come a little early, too.
    private const double LeastShare = 0.9;

    // About the last fifty intervals.
    private const double NewestShare = 0.04;

    // A minute of decisions: less is noise, more comes too late.
    private const int Window = 12;

    private readonly BestForecast _rate = new(
        new MovingAverage(Window),
        new LastValue(),
        new DampedTrend(0.3, 0.1, 0.9),
        new Seasonal((int)Math.Max(2, TimeSpan.FromDays(1) / interval), 0.05, 0.2));

    private double _burstiness = 1;
    private double _came;
    private double _cameLast;
    private double _changeLast;
    private double _variance;
    private TrafficCounts? _last;
    private TimeSpan _at;
    private double _arrived;
    private double _prompt;
    private double _squares;
    private double _cached;
    private double _askers;
    private double _asked;
    private double _askedPrompt;
    private double _ended;
    private double _output;
    private double _endedAsked;

    /// <summary>When a sequence last came.</summary>
    public TimeSpan LastArrival { get; private set; }

    /// <param name="at">The time.</param>
    /// <param name="counts">What was asked for until then.</param>
    /// <param name="lead">How far ahead the forecast looks.</param>
    public TrafficForecast Take(TimeSpan at, TrafficCounts counts, TimeSpan lead)
    {
        _rate.LookAhead(Math.Max(1, (int)Math.Ceiling(lead / interval)));
        if (_last is not { } last)
        {
            (_last, _at, LastArrival) = (counts, at, at);
            return Forecast();
        }

        // A decision out of turn: a rate over a moment is no value of the series, and these count with the next.
        if (at - _at < interval * LeastShare)
            return Forecast();
        // A gateway that died takes its counts along.
        TrafficCounts since = counts.Sequences < last.Sequences ? default : counts - last;
        if (since.Sequences > 0)
            LastArrival = at;
        Count(since, (at - _at).TotalSeconds);
        _burstiness = Burstiness(since.Sequences * (interval / (at - _at)));
        _rate.Add(since.Sequences / (at - _at).TotalSeconds);
        (_last, _at) = (counts, at);
        return Forecast();
    }

    /// <summary>
    /// Counts of an interval: their variance by their mean, 1 where arrivals are independent. The variance by what comes and
    /// goes from one interval to the next (less the covariance of two changes in a row): that a level changes is no burst.
    /// </summary>
    private double Burstiness(double came)
    {
        double change = came - _cameLast;
        _variance += NewestShare * ((-change * _changeLast) - _variance);
        _came += NewestShare * (came - _came);
        (_cameLast, _changeLast) = (came, change);
        return _came > 0 ? Math.Max(1, _variance / _came) : 1;
    }

    private void Count(TrafficCounts since, double seconds)
    {
        double keep = Keep(since.Sequences, seconds);
        _arrived = (_arrived * keep) + since.Sequences;
        _prompt = (_prompt * keep) + since.PromptTokens;
        _squares = (_squares * keep) + since.PromptSquares;
        _cached = (_cached * keep) + since.CachedTokens;
        double keepAsked = Math.Pow(1 - (1 / AskedRemembered), since.Sequences);
        _askers = (_askers * keepAsked) + since.Sequences;
        _asked = (_asked * keepAsked) + since.AskedTokens;
        _askedPrompt = (_askedPrompt * keepAsked) + since.PromptTokens;
        double keepEnded = Keep(since.Ended, seconds);
        _ended = (_ended * keepEnded) + since.Ended;
        _output = (_output * keepEnded) + since.OutputTokens;
        _endedAsked = (_endedAsked * keepEnded) + since.EndedAskedTokens;
    }

    private static double Keep(long sequences, double seconds) => Math.Max(
        Math.Pow(1 - (1 / Remembered), sequences), sequences == 0 ? 1 : Math.Exp(-seconds / RememberedSeconds));

    private TrafficForecast Forecast()
    {
        if (_arrived <= 0)
            return TrafficForecast.Nothing;
        (double rate, string by, double? error) = _rate.Forecast();
        double prompt = _prompt / _arrived;
        double variation = prompt > 0 ? Math.Max(0, (_squares / _arrived / (prompt * prompt)) - 1) : 0;
        return new TrafficForecast(
            rate,
            prompt,
            variation,
            _prompt > 0 ? Math.Clamp(_cached / _prompt, 0, 1) : 0,
            _ended > 0 ? _output / _ended : 0,
            by,
            error ?? 0,
            _burstiness)
        {
            AskedOutputTokens = _endedAsked > 0 && _askers > 0 ? _output / _endedAsked * _asked / _askers : 0,
            AskedPromptTokens = _askers > 0 ? _askedPrompt / _askers : 0,
        };
    }
}
