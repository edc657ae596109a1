using Baton.Contracts;
using Baton.Contracts.Workers;
using Baton.Core.Engine;
using Baton.Core.Routing;

namespace Baton.Grains.Sessions;

/// <summary>
/// Copies a decoding sequence's KV to the worker that it is to move to, while it goes on: what has come since is all
/// that is left to hand over when it stands still (Llumnix, OSDI 2024). The copy is there as a prefix in that worker's
/// cache, so that the move finds it, and does without if it is gone.
/// </summary>
internal sealed class SequenceCopier(
    SessionRun run, int choice, SequenceReleases releases, IGrainFactory grains, GatewayId gateway, SessionOptions options, TimeProvider time)
{
    // A copy takes a moment, in which more comes: a second one is short, and a third would gain nothing.
    private const int MostRounds = 2;

    private int _copies;

    /// <summary>False when there was no room, or a worker was lost: not the moment to stop the sequence.</summary>
    public async Task<bool> CopyAhead(Running now, WorkerSnapshot target)
    {
        var copied = 0;
        for (var round = 0; round < MostRounds && !now.Outcome.IsCompleted; round++)
        {
            var tokens = run.WithChoice(choice, c => FullBlocks(c.PromptLength + c.Generated, target.BlockTokens));
            if (tokens - copied < 2 * target.BlockTokens)
            {
                break;
            }

            if (!await Copy(now, new WorkerId(target.Name, target.Incarnation), tokens))
            {
                return false;
            }

            copied = tokens;
        }

        return true;
    }

    private async Task<bool> Copy(Running now, WorkerId target, int tokens)
    {
        var (key, landed) = run.WithChoice(choice, c =>
        {
            var key = c.Key(run.Id) with { Epoch = -(++_copies) };
            return (key, c.Copied(key.Epoch));
        });
        var reserving = grains.GetGrain<IDecodeGrain>(target.Name).Reserve(Order(target, key, tokens, null));
        try
        {
            if ((await reserving.WaitAsync(options.MoveDeadline, time)).Target is not { } place)
            {
                return false;
            }

            var source = grains.GetGrain<IDecodeGrain>(now.Decode.Name);
            return (await source.Copy(Order(now.Decode, key, tokens, place), now.Key)).IsAccepted
                && await Task.WhenAny(landed, now.Outcome).WaitAsync(options.MoveDeadline, time) == landed
                && await landed;
        }
        catch (Exception e) when (Undelivered.Is(e))
        {
            return false;
        }
        finally
        {
            releases.Release(reserving, key, target, now.Decode).Ignore();
        }
    }

    // Ends with its first token, which nobody draws: what is left of it is a prefix in the cache.
    private WorkOrder Order(WorkerId worker, SequenceKey key, int tokens, HandoffTarget? place) => run.WithChoice(choice, c =>
    {
        var sequence = c.Sequence(run.Id, SequenceWork.Import);
        return new WorkOrder
        {
            Worker = worker,
            Sequence = sequence with
            {
                Key = key,
                Tokens = sequence.Tokens[..tokens],
                PromptLength = tokens,
                Stop = sequence.Stop with { MaxTokens = 1 },
            },
            Gateway = gateway,
            Target = place,
        };
    });

    // The latest token has no KV yet.
    private static int FullBlocks(int tokens, int blockTokens) => (tokens - 1) / blockTokens * blockTokens;
}
