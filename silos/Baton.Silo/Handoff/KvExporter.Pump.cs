using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

// A pump runs only while a target has a piece that its window lets through; an acknowledgement starts it again. So
// nothing ever waits for credit, and a decode worker that says nothing holds no thread.
public sealed partial class KvExporter
{
    private const int MostAtOnce = 16;

    /// <summary>Under the lock.</summary>
    private void Kick(KvTargetQueue target)
    {
        if (target.IsPumped || _disposed)
            return;
        if (target.HasNext())
        {
            target.IsPumped = true;
            KvLoop.Start(() => Pump(target), _options.Scheduler);
        }
        else if (target.IsIdle)
        {
            _targets.Remove(target.Worker);
        }
    }

    private async Task Pump(KvTargetQueue target)
    {
        while (Next(target) is { Count: > 0 } pieces)
        {
            try
            {
                await _events.Publish(target.Worker, [.. pieces.Select(Describe)], _stopping.Token);
            }
            catch (Exception e)
            {
                // Whatever the stream threw, these handoffs are lost and the others go on.
                if (!_stopping.IsCancellationRequested)
                    LogPublish(_logger, pieces[0].Handoff.Key, pieces.Count, e);
                EndWhere(h => pieces.Exists(p => p.Handoff == h), HandoffOutcome.Failed, KvFailure.Publish);
            }
        }
    }

    /// <summary>All that the window lets through: what piled up is one delivery, not as many.</summary>
    private List<KvPiece> Next(KvTargetQueue target)
    {
        var pieces = new List<KvPiece>();
        lock (_gate)
        {
            while (!_disposed && pieces.Count < MostAtOnce && target.HasNext())
            {
                var piece = target.Take();
                piece.Handoff.Published(piece, LeaseFromNow());
                pieces.Add(piece);
            }
            if (pieces.Count == 0)
            {
                target.IsPumped = false;
                Kick(target);
            }
            return pieces;
        }
    }

    private KvDescriptor Describe(KvPiece piece) => new()
    {
        Key = piece.Handoff.Key,
        Number = piece.Number,
        Source = _pool.Location,
        LeaseId = piece.Handoff.Lease.Id,
        LeaseWord = piece.Handoff.Lease.Word,
        FirstBlock = piece.FirstBlock,
        Blocks = piece.Span.Blocks,
        Layers = piece.Span.Layers,
        Fingerprint = _pool.Layout.Fingerprint,
        Last = piece.Last,
        First = piece.First,
    };
}
