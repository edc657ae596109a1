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

    // An admission that its standby is slow to hear of is not held up by it: the next round tells it again.
    private static readonly TimeSpan AdmissionWait = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan KeptWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly Lock _gate = new();
    private readonly Dictionary<SessionRun, Progress> _all = [];
    private readonly HashSet<SessionRun> _open = [];
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
            Track(run);
            standby = StandbyOf(run, LiveGateways());
            Show(run, _all[run]);
            batch = standby is null ? new Batch([], []) : new Batch([(run, Copy(run)!)], []);
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

    /// <summary>The session is kept no longer: nor is its copy.</summary>
    public void Forget(SessionRun run)
    {
        lock (_gate)
        {
            _open.Remove(run);
            if (_all.Remove(run, out var progress) && progress.Standby is { } standby)
            {
                Forgotten(standby).Add(run.Id);
            }
        }
    }

    /// <summary>Whether the session outlives its gateway.</summary>
    public bool IsKept(SessionRun run)
    {
        lock (_gate)
        {
            return _all.TryGetValue(run, out var progress) && progress.IsKnown;
        }
    }

    /// <summary>Waits until the sessions of this moment are kept elsewhere, and the logs of those that have ended whole.</summary>
    /// <param name="newcomer">A gateway that is to be known first; null for none.</param>
    /// <returns>False when it took too long, or there is no other gateway.</returns>
    public async Task<bool> WhenKept(string? newcomer)
    {
        var asked = time.GetTimestamp();
        List<SessionRun>? all = null;
        while (true)
        {
            if (newcomer is null || LiveGateways().Contains(newcomer))
            {
                lock (_gate)
                {
                    all ??= [.. _all.Keys];
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

            foreach (var run in _open)
            {
                Show(run, _all[run]);
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
                foreach (var (run, copy) in batch.Copies)
                {
                    Arrived(run, standby, copy, incomplete.Contains(copy.RequestId));
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
    private void Show(SessionRun run, Progress progress)
    {
        if (run.Request.Choices.Length > 1)
        {
            run.Log.ShowUpTo(progress.Standby is { } standby && view.IsHeard(standby) ? progress.Sent : null);
        }
    }

    private bool IsKeptOrGone(SessionRun run) =>
        !_all.TryGetValue(run, out var progress) || (progress.IsKnown && (progress.IsComplete || !run.IsEnded));

    private void Arrived(SessionRun run, string standby, SessionCopy copy, bool isIncomplete)
    {
        if (!_all.TryGetValue(run, out var progress) || progress.Standby != standby)
        {
            return;
        }

        progress.Sent = isIncomplete ? 0 : Math.Max(progress.Sent, copy.From + copy.Entries.Length);
        progress.IsKnown = !isIncomplete;
        Show(run, progress);
        if (copy.IsComplete && !isIncomplete)
        {
            progress.IsComplete = true;
            _open.Remove(run);
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
        foreach (var (run, progress) in _all)
        {
            if (progress.Standby is null || !gateways.Contains(progress.Standby))
            {
                progress.Restart(null);
                _open.Add(run);
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
        foreach (var run in _open)
        {
            if (StandbyOf(run, gateways) is not { } standby || _busy.Contains(standby))
            {
                continue;
            }

            if (Copy(run) is { } copy)
            {
                Of(batches, standby).Copies.Add((run, copy));
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
    private SessionCopy? Copy(SessionRun run)
    {
        var progress = _all[run];
        var (entries, isComplete) = run.Since(progress.Sent);
        if (entries.Length == 0 && progress.IsKnown && isComplete == progress.IsComplete)
        {
            return null;
        }

        return new SessionCopy
        {
            RequestId = run.Id,
            Owner = silo.SiloAddress.ToParsableString(),
            FirstEpoch = run.FirstEpoch,
            Request = progress.IsKnown ? null : run.Request,
            From = progress.Sent,
            Entries = entries,
            IsComplete = isComplete,
        };
    }

    private string? StandbyOf(SessionRun run, HashSet<string> gateways)
    {
        var progress = _all[run];
        var standby = Standby.Choose(run.Id, gateway, progress.Standby, gateways);
        if (standby != progress.Standby)
        {
            progress.Restart(standby);
        }

        return standby;
    }

    private void Track(SessionRun run)
    {
        _all.TryAdd(run, new Progress());
        _open.Add(run);
    }

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

    private sealed record Batch(List<(SessionRun Run, SessionCopy Copy)> Copies, List<string> Forgotten);

    /// <summary>How much of a session its standby has.</summary>
    private sealed class Progress
    {
        public string? Standby { get; private set; }

        /// <summary>Entries that have arrived.</summary>
        public int Sent { get; set; }

        /// <summary>Whether it has the request.</summary>
        public bool IsKnown { get; set; }

        public bool IsComplete { get; set; }

        public void Restart(string? standby) => (Standby, Sent, IsKnown, IsComplete) = (standby, 0, false, false);
    }
}
