using System.Runtime.CompilerServices;
using Baton.Contracts.Sessions;

namespace Baton.Grains.Sessions;

/// <summary>A session that has ended: a packed record, which is opened when somebody asks. Immutable.</summary>
public sealed class EndedSession : ISessionRecord
{
    // Of the record itself and of what holds it.
    private const int BytesBesides = 400;

    private readonly SessionPacker _packer;
    private readonly byte[] _packed;

    public EndedSession(SessionRun run, SessionPacker packer)
    {
        (Id, FirstEpoch, _packer) = (run.Id, run.FirstEpoch, packer);
        _packed = packer.Pack(new KeptSession(run.Request, new CompactEvents(run.Since(0).Entries), run.Describe()));
    }

    public string Id { get; }

    public int FirstEpoch { get; }

    public bool IsEnded => true;

    public GenerationRequest Request => Open().Request;

    /// <summary>What it takes, about.</summary>
    public int Bytes => _packed.Length + BytesBesides;

    public (SessionEvent[] Entries, bool IsComplete) Since(int index) => ([.. Open().Log.Skip(index)], true);

    public async IAsyncEnumerable<SessionEvent> ReadAsync(
        int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        SessionEvent? last = null;
        foreach (var entry in Open().Log)
        {
            last = entry;
            if (entry.Index >= fromIndex)
            {
                yield return entry;
            }
        }

        if (last is not null && SessionRun.ErrorAfter(fromIndex, last) is { } error)
        {
            yield return error;
        }
    }

    public SessionView Describe() => Open().View!;

    private KeptSession Open() => _packer.Unpack(_packed);
}
