using Baton.Core.Engine;
using Baton.Core.Routing;
using Baton.Grains.Gateways;
using Microsoft.Extensions.Options;

namespace Baton.Grains.Sessions;

/// <summary>
/// Refuses requests that would miss their targets, where it is asked to. It foresees what this gateway has taken; of the
/// other gateways' it knows what the workers report. Safe for concurrent use.
/// </summary>
public sealed class SessionAdmission(ClusterView view, IOptions<SessionOptions> options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _since = time.GetTimestamp();
    private readonly AdmissionControl _control = new(options.Value.Admission);
    private readonly Dictionary<SequenceKey, SessionRun> _notDecoding = [];

    private bool IsOff => options.Value.Admission.Mode == AdmissionMode.Off;

    private TimeSpan Now => time.GetElapsedTime(_since);

    /// <summary>Takes a session, or says why not and when to come again.</summary>
    /// <param name="run">The session.</param>
    /// <param name="begin">Places it before it returns, so that the next one is judged by it too.</param>
    /// <returns>Null when it was taken.</returns>
    public AdmissionDecision? Take(SessionRun run, Action begin)
    {
        if (IsOff)
        {
            begin();
            return null;
        }

        lock (_gate)
        {
            if (Judge(run) is { } refused)
            {
                return refused;
            }

            for (var choice = 0; choice < run.Request.Choices.Length; choice++)
            {
                _notDecoding[Key(run.Id, choice)] = run;
            }

            begin();
            return null;
        }
    }

    /// <summary>A session has ended.</summary>
    /// <param name="run">The session.</param>
    public void Ended(SessionRun run)
    {
        if (IsOff)
        {
            return;
        }

        lock (_gate)
        {
            for (var choice = 0; choice < run.Request.Choices.Length; choice++)
            {
                var key = Key(run.Id, choice);
                LookAt(key, run);
                _notDecoding.Remove(key);
                _control.Ended(Now, key);
            }
        }
    }

    private AdmissionDecision? Judge(SessionRun run)
    {
        foreach (var (key, other) in _notDecoding.ToList())
        {
            LookAt(key, other);
        }

        var workers = view.ForAdmission(options.Value.Disaggregate);
        for (var choice = 0; choice < run.Request.Choices.Length; choice++)
        {
            var decision = _control.Arrive(Now, Key(run.Id, choice), run.Request.Choices[choice].Prompt.Length, workers);
            if (!decision.IsAccepted)
            {
                Forget(run.Id, choice);
                return decision;
            }
        }

        return null;
    }

    private void LookAt(SequenceKey key, SessionRun run)
    {
        if (_notDecoding.ContainsKey(key) && run.DecodingSince(key.Choice) is { } since)
        {
            _notDecoding.Remove(key);
            _control.DecodeBegins(Now - (time.GetUtcNow() - since), key, []);
        }
    }

    private void Forget(string requestId, int choices)
    {
        for (var choice = 0; choice < choices; choice++)
        {
            _control.Ended(Now, Key(requestId, choice));
        }
    }

    private static SequenceKey Key(string requestId, int choice) => new(requestId, choice, 0);
}
