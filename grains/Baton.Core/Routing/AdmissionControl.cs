using System.Globalization;
using Baton.Core.Engine;
using Baton.Core.Planning;

namespace Baton.Core.Routing;

/// <summary>
/// Takes or refuses requests, before anything was done for them where it can be known (Mooncake, FAST 2025, section 6). A
/// refusal by what decode is doing now comes a prefill too late, and too long: both phases then swing against each other.
/// So decode is foreseen: who will still decode, and who will have joined them, when the prompt has been read. Pure: time
/// and loads are given. Used by one thread at a time.
/// </summary>
public sealed class AdmissionControl(AdmissionOptions options)
{
    private readonly Dictionary<SequenceKey, Accepted> _accepted = [];
    private readonly DecodeTimes _decodeTimes = new(options.FirstDecodeTime.TotalSeconds);

    private double _queuedTokens;
    private double _queuedSquares;

    /// <summary>Of the prompts that are being read or wait for it: <see cref="PromptTime.QueueMs"/>.</summary>
    public double SquaresPerToken => _queuedTokens > 0 ? _queuedSquares / _queuedTokens : 0;

    /// <summary>Sequences that were taken and have not ended.</summary>
    public int Count => _accepted.Count;

    /// <summary>A request has come.</summary>
    /// <param name="now">The time, since some beginning.</param>
    /// <param name="key">Of its sequence, the same for all attempts.</param>
    /// <param name="tokens">Length of its prompt.</param>
    /// <param name="workers">Those that take requests.</param>
    public AdmissionDecision Arrive(TimeSpan now, SequenceKey key, int tokens, IReadOnlyList<AdmissionWorker> workers)
    {
        double prefill = AdmissionLoads.Prefill(workers, tokens, SquaresPerToken, options.Ttft);
        TimeSpan end = now + (options.Ttft * Math.Min(prefill, 1e3));
        double decode = options.Mode switch
        {
            AdmissionMode.CurrentLoad => AdmissionLoads.DecodeNow(workers, 1, tokens, options.Tpot),
            AdmissionMode.PredictedLoad => DecodeAt(now, end, tokens, workers),
            _ => 0,
        };
        AdmissionDecision decision = options.Mode == AdmissionMode.Off ? new(null, prefill, decode, TimeSpan.Zero) : Judge(prefill, decode);
        if (decision.IsAccepted && _accepted.TryAdd(key, new Accepted(tokens, end, IsDecoding: false)))
            Queue(tokens, 1);
        return decision;
    }

    /// <summary>The prompt has been read and decode is to begin.</summary>
    public AdmissionDecision DecodeBegins(TimeSpan now, SequenceKey key, IReadOnlyList<AdmissionWorker> workers)
    {
        if (!_accepted.TryGetValue(key, out Accepted? sequence))
            return new AdmissionDecision(null, 0, 0, TimeSpan.Zero);
        double decode = options.Mode == AdmissionMode.AtEachStage
            ? AdmissionLoads.DecodeNow(workers, 1, sequence.Tokens, options.Tpot)
            : 0;
        AdmissionDecision decision = Judge(0, decode);
        if (!decision.IsAccepted || sequence.IsDecoding)
            return decision;
        Queue(sequence.Tokens, -1);
        _accepted[key] = sequence with { At = now, IsDecoding = true };
        return decision;
    }

    /// <summary>It has ended, in whatever way.</summary>
    public void Ended(TimeSpan now, SequenceKey key)
    {
        if (!_accepted.Remove(key, out Accepted? sequence))
            return;
        if (sequence.IsDecoding)
            _decodeTimes.Add((now - sequence.At).TotalSeconds);
        else
            Queue(sequence.Tokens, -1);
    }

    private void Queue(int tokens, int sign)
    {
        _queuedTokens += sign * (double)tokens;
        _queuedSquares += sign * ((double)tokens * tokens);
    }

    // Mooncake lets each sequence decode for the mean time and then end. Where lengths differ, a few that stay far longer
    // are most of a batch: so each stays by how long others have of late, its own age given.
    private double DecodeAt(TimeSpan now, TimeSpan end, int tokens, IReadOnlyList<AdmissionWorker> workers)
    {
        double sequences = 1;
        double positions = tokens;
        foreach (Accepted other in _accepted.Values)
        {
            // One whose prompt should have been read by now will be soon.
            TimeSpan begin = other.IsDecoding || other.At > now ? other.At : now;
            if (begin > end)
                continue;
            double age = begin < now ? (now - begin).TotalSeconds : 0;
            double stays = _decodeTimes.Stays(age, (end - (begin > now ? begin : now)).TotalSeconds);
            sequences += stays;
            positions += stays * other.Tokens;
        }

        positions += sequences * GeneratedEach(workers);
        return AdmissionLoads.Decode(workers, (int)Math.Round(sequences), (long)positions, options.Tpot);
    }

    /// <summary>What the sequences that decode have generated beyond their prompts, in the mean.</summary>
    private double GeneratedEach(IReadOnlyList<AdmissionWorker> workers)
    {
        int decoding = 0;
        long prompts = 0;
        foreach (Accepted sequence in _accepted.Values)
        {
            decoding += sequence.IsDecoding ? 1 : 0;
            prompts += sequence.IsDecoding ? sequence.Tokens : 0;
        }

        long running = workers.Where(w => !w.IsPrefill).Sum(AdmissionLoads.RunningTokens);
        return decoding == 0 ? 0 : Math.Max(0, running - prompts) / (double)decoding;
    }

    private AdmissionDecision Judge(double prefill, double decode)
    {
        if (prefill <= options.MostLoad && decode <= options.MostLoad)
            return new AdmissionDecision(null, prefill, decode, TimeSpan.Zero);
        bool isPrefill = prefill > options.MostLoad;
        string why = isPrefill
            ? string.Create(CultureInfo.InvariantCulture, $"the first token would take {prefill:0.00} of its target")
            : string.Create(CultureInfo.InvariantCulture, $"decode would be at {decode:0.00} of what it may be");
        TimeSpan retry = isPrefill
            ? options.Ttft * Math.Min(prefill - 1, 1e3)
            : TimeSpan.FromSeconds(Math.Min(_decodeTimes.Mean, 60) / 2);
        return new AdmissionDecision(why, prefill, decode, retry > TimeSpan.FromSeconds(1) ? retry : TimeSpan.FromSeconds(1));
    }

    /// <param name="Tokens">Length of the prompt.</param>
    /// <param name="At">When its decode begins, foreseen or known.</param>
    /// <param name="IsDecoding">Whether it is known.</param>
    private sealed record Accepted(int Tokens, TimeSpan At, bool IsDecoding);
}
