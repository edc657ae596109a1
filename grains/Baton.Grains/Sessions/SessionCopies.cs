using Baton.Contracts.Gateways;
using Baton.Contracts.Sessions;
using Baton.Core.Sessions;
using Baton.Grains.Gateways;

namespace Baton.Grains.Sessions;

/// <summary>
/// Sends what is new of this gateway's sessions to their standbys, many sessions a call, one call at a time for each
/// standby. Behind by a few tokens at a death, a standby draws the same ones again. Safe for concurrent use.
/// </summary>
public sealed class SessionCopies(
    string gateway, ClusterView view, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider time)
{
    private const int MostAtOnce = 256;

    // Opening their records takes a moment each, and admissions wait for it.
    private const int MostEndedAtOnce = 128;

    // An admission that its standby is slow to hear of is not held up by it: the next round tells it again.
    private static readonly TimeSpan AdmissionWait = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan KeptWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, CopiedSession> _all = new(StringComparer.Ordinal);
    private readonly HashSet<CopiedSession> _open = [];
    private readonly Dictionary<string, List<string>> _forgotten = new(StringComparer.Ordinal);
    private readonly HashSet<string> _busy = new(StringComparer.Ordinal);
    private HashSet<string> _gateways = [];

    /// <summary>Tells a session's standby of it; when this returns the session outlives its gateway, if there is another.</summary>
    public async Task Admit(SessionRun run)
    {
        string? standby;
        Batch batch;
        lock (_gate)
        {
            var tracked = Track(run);
            standby = StandbyOf(tracked, LiveGateways());
            Show(tracked);
            batch = standby is null ? new Batch([], []) : new Batch([(tracked, Copy(tracked)!)], []);
        }

        if (standby is null)
        {
            return;
        }

        try
        {
            await Send(standby, batch).WaitAsync(AdmissionWait, time);
        }
        catch (TimeoutException)
        {
            // Told again with the next round.
        }
    }

    /// <summary>Waits until a session that has ended is kept whole elsewhere, as long as that may take at most.</summary>
    public async Task WhenWhole(SessionRun run)
    {
        Task whole;
        lock (_gate)
        {
            if (LiveGateways().Count < 2 || Find(run) is not { } tracked)
            {
                return;
            }

            whole = tracked.Whole;
        }

        try
        {
            await whole.WaitAsync(KeptWait, time);
        }
        catch (TimeoutException)
        {
            // It goes on being told of, from its record.
        }
    }

    /// <summary>A session has become a record.</summary>
    public void Replace(SessionRun run, EndedSession ended)
    {
        lock (_gate)
        {
            run.Log.ShowUpTo(null);
            Find(run)?.Session = ended;
        }
    }

    /// <summary>The sessions are kept no longer: nor are their copies.</summary>
    public void Forget(IEnumerable<string> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids)
            {
                if (_all.Remove(id, out var tracked))
                {
                    _open.Remove(tracked);
                    if (tracked.Standby is { } standby)
                    {
                        Forgotten(standby).Add(id);
                    }
                }
            }
        }
    }

    /// <summary>Whether the session outlives its gateway.</summary>
    public bool IsKept(SessionRun run)
    {
        lock (_gate)
        {
            return Find(run) is { IsKnown: true };
        }
    }

    /// <summary>Waits until the sessions of this moment are kept elsewhere, and the logs of those that have ended whole.</summary>
    /// <param name="newcomer">A gateway that is to be known first; null for none.</param>
    /// <returns>False when it took too long, or there is no other gateway.</returns>
    public async Task<bool> WhenKept(string? newcomer)
    {
        var asked = time.GetTimestamp();
        List<CopiedSession>? all = null;
        while (true)
        {
            if (newcomer is null || LiveGateways().Contains(newcomer))
            {
                lock (_gate)
                {
                    all ??= [.. _all.Values];
                    if (all.All(IsKeptOrGone))
                    {
                        return true;
                    }
                }
            }

            if (time.GetElapsedTime(asked) > KeptWait || (newcomer is null && LiveGateways().Count < 2))
            {
                return false;
            }

            await Task.Delay(Look, time);
        }
    }

    /// <summary>One round: whatever is new goes out to every standby that has answered the last round.</summary>
    public void Tick()
    {
        List<(string Standby, Batch Batch)> rounds = [];
        lock (_gate)
        {
            var gateways = LiveGateways();
            Reopen(gateways);
            if (gateways.Count > 1)
            {
                rounds.AddRange(Collect(gateways));
            }
            else
            {
                // Another gateway opens them again.
                _open.RemoveWhere(t => t.Session.IsEnded);
            }

            foreach (var tracked in _open)
            {
                Show(tracked);
            }
        }

        foreach (var (standby, batch) in rounds)
        {
            SendRound(standby, batch).Ignore();
        }
    }

    private async Task SendRound(string standby, Batch batch)
    {
        try
        {
            foreach (var copies in batch.Copies.Chunk(MostAtOnce))
            {
                await Send(standby, new Batch([.. copies], []));
            }

            if (batch.Forgotten.Count > 0)
            {
                await Send(standby, new Batch([], batch.Forgotten));
            }
        }
        finally
        {
            lock (_gate)
            {
                _busy.Remove(standby);
            }
        }
    }

    private async Task Send(string standby, Batch batch)
    {
        try
        {
            var incomplete = await grains.GetGrain<IGatewayGrain>(standby)
                .Keep([.. batch.Copies.Select(c => c.Copy)], [.. batch.Forgotten]);
            lock (_gate)
            {
                foreach (var (tracked, copy) in batch.Copies)
                {
                    Arrived(tracked, standby, copy, incomplete.Contains(copy.RequestId));
                }
            }
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            lock (_gate)
            {
                Forgotten(standby).AddRange(batch.Forgotten);
            }
        }
    }

    // A successor draws each choice's tokens again as they were, but two choices take turns by chance: what a client has
    // seen of several, its index says only to whoever has the same log.
    private void Show(CopiedSession tracked)
    {
        if (tracked.Session is SessionRun { Request.Choices.Length: > 1 } run)
        {
            run.Log.ShowUpTo(tracked.Standby is { } standby && view.IsHeard(standby) ? tracked.Sent : null);
        }
    }

    private bool IsKeptOrGone(CopiedSession tracked) =>
        _all.GetValueOrDefault(tracked.Session.Id) != tracked || (tracked.IsKnown && (tracked.IsComplete || !tracked.Session.IsEnded));

    private void Arrived(CopiedSession tracked, string standby, SessionCopy copy, bool isIncomplete)
    {
        if (tracked.Standby != standby)
        {
            return;
        }

        tracked.Sent = isIncomplete ? 0 : Math.Max(tracked.Sent, copy.From + copy.Entries.Length);
        tracked.IsKnown = !isIncomplete;
        Show(tracked);
        if (copy.IsComplete && !isIncomplete)
        {
            tracked.Complete();
            _open.Remove(tracked);
        }
    }

    // A session whose standby is gone, or that had none, is told to another from its beginning.
    private void Reopen(HashSet<string> gateways)
    {
        if (gateways.SetEquals(_gateways))
        {
            return;
        }

        _gateways = gateways;
        foreach (var tracked in _all.Values)
        {
            if (tracked.Standby is null || !gateways.Contains(tracked.Standby))
            {
                tracked.Restart(null);
                _open.Add(tracked);
            }
        }

        foreach (var gone in _forgotten.Keys.Where(g => !gateways.Contains(g)).ToList())
        {
            _forgotten.Remove(gone);
        }
    }

    private IEnumerable<(string Standby, Batch Batch)> Collect(HashSet<string> gateways)
    {
        var batches = new Dictionary<string, Batch>(StringComparer.Ordinal);
        var ended = _open.Where(t => t.Session is EndedSession).Take(MostEndedAtOnce);
        foreach (var tracked in _open.Where(t => t.Session is not EndedSession).Concat(ended))
        {
            if (StandbyOf(tracked, gateways) is not { } standby || _busy.Contains(standby))
            {
                continue;
            }

            if (Copy(tracked) is { } copy)
            {
                Of(batches, standby).Copies.Add((tracked, copy));
            }
        }

        foreach (var (standby, ids) in _forgotten.Where(f => f.Value.Count > 0 && !_busy.Contains(f.Key)))
        {
            Of(batches, standby).Forgotten.AddRange(ids);
            ids.Clear();
        }

        _busy.UnionWith(batches.Keys);
        return batches.Select(b => (b.Key, b.Value));
    }

    /// <summary>What is new of a session; null when nothing is.</summary>
    private SessionCopy? Copy(CopiedSession tracked)
    {
        var session = tracked.Session;
        var (entries, isComplete) = session.Since(tracked.Sent);
        if (entries.Length == 0 && tracked.IsKnown && isComplete == tracked.IsComplete)
        {
            return null;
        }

        return new SessionCopy
        {
            RequestId = session.Id,
            Owner = silo.SiloAddress.ToParsableString(),
            FirstEpoch = session.FirstEpoch,
            Request = tracked.IsKnown ? null : session.Request,
            From = tracked.Sent,
            Entries = entries,
            IsComplete = isComplete,
        };
    }

    private string? StandbyOf(CopiedSession tracked, HashSet<string> gateways)
    {
        var standby = Standby.Choose(tracked.Session.Id, gateway, tracked.Standby, gateways);
        if (standby != tracked.Standby)
        {
            tracked.Restart(standby);
        }

        return standby;
    }

    private CopiedSession Track(SessionRun run)
    {
        if (Find(run) is not { } tracked)
        {
            _all[run.Id] = tracked = new CopiedSession(run);
        }

        _open.Add(tracked);
        return tracked;
    }

    private CopiedSession? Find(SessionRun run) => _all.GetValueOrDefault(run.Id) is { } t && t.Session == run ? t : null;

    private List<string> Forgotten(string standby)
    {
        if (!_forgotten.TryGetValue(standby, out var ids))
        {
            _forgotten.Add(standby, ids = []);
        }

        return ids;
    }

    private HashSet<string> LiveGateways() => [.. view.LiveGateways().Select(g => g.Name)];

    private static Batch Of(Dictionary<string, Batch> batches, string standby)
    {
        if (!batches.TryGetValue(standby, out var batch))
        {
            batches.Add(standby, batch = new Batch([], []));
        }

        return batch;
    }

    private sealed record Batch(List<(CopiedSession Session, SessionCopy Copy)> Copies, List<string> Forgotten);
}
