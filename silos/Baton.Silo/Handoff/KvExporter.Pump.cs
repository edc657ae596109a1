using Baton.Contracts.Handoff;

namespace Baton.Silo.Handoff;

// A pump runs only while a target has a piece that its window lets through; an acknowledgement starts it again. So
// nothing ever waits for credit, and a decode worker that says nothing holds no thread.
public sealed partial class KvExporter
{
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
        while (Next(target) is { } piece)
        {
            try
            {
                await _events.Publish(target.Worker, Describe(piece), _stopping.Token);
            }
            catch (Exception e)
            {
                // Whatever the stream threw, this handoff is lost and the others go on.
                if (!_stopping.IsCancellationRequested)
                    LogPublish(_logger, piece.Handoff.Key, e);
                EndWhere(h => h == piece.Handoff, HandoffOutcome.Failed, KvFailure.Publish);
            }
        }
    }

    private KvPiece? Next(KvTargetQueue target)
    {
        lock (_gate)
        {
            if (_disposed || !target.HasNext())
            {
                target.IsPumped = false;
                Kick(target);
                return null;
            }
            var piece = target.Take();
            piece.Handoff.Published(piece, LeaseFromNow());
            return piece;
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
