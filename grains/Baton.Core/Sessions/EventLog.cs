using System.Runtime.CompilerServices;

namespace Baton.Core.Sessions;

/// <summary>
/// An append-only log that any number of readers follow from any index. Entries keep their index, so a reader that lost
/// its connection goes on where it was. Safe for concurrent use; bounded by what its writer may append.
/// </summary>
public sealed class EventLog<T>
{
    private readonly Lock _gate = new();
    private readonly List<T> _entries = [];
    private TaskCompletionSource? _changed;
    private int? _shown;
    private bool _completed;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public bool IsCompleted
    {
        get
        {
            lock (_gate)
            {
                return _completed;
            }
        }
    }

    /// <summary>The entries from an index on that are here, and whether they are the last.</summary>
    public (T[] Entries, bool IsComplete) Since(int fromIndex)
    {
        lock (_gate)
        {
            return ([.. _entries.Skip(fromIndex)], _completed);
        }
    }

    /// <summary>Appends the entry that <paramref name="create"/> makes of its index; nothing once completed.</summary>
    public bool Append(Func<int, T> create)
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            if (_completed)
            {
                return false;
            }

            _entries.Add(create(_entries.Count));
            (wake, _changed) = (_changed, null);
        }

        wake?.TrySetResult();
        return true;
    }

    /// <summary>
    /// Holds readers back: they see so many entries and no more, until more are shown; null for all that come. What they
    /// could see once is not hidden again.
    /// </summary>
    public void ShowUpTo(int? count)
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            int? shown = count is { } limit ? Math.Max(limit, _shown ?? _entries.Count) : null;
            if (shown == _shown)
            {
                return;
            }

            _shown = shown;
            (wake, _changed) = (_changed, null);
        }

        wake?.TrySetResult();
    }

    /// <summary>No entry follows: readers end after the last one.</summary>
    public void Complete()
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            _completed = true;
            (wake, _changed) = (_changed, null);
        }

        wake?.TrySetResult();
    }

    /// <summary>The entries from <paramref name="fromIndex"/> on, those to come included.</summary>
    public async IAsyncEnumerable<T> ReadAsync(
        int fromIndex, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var index = fromIndex; ; index++)
        {
            T? entry;
            while (!TryGet(index, out entry, out var changed))
            {
                if (changed is null)
                {
                    yield break;
                }

                await changed.WaitAsync(cancellationToken);
            }

            yield return entry!;
        }
    }

    private bool TryGet(int index, out T? entry, out Task? changed)
    {
        lock (_gate)
        {
            changed = null;
            if (index < _entries.Count && !(index >= _shown))
            {
                entry = _entries[index];
                return true;
            }

            entry = default;
            if (!_completed || index < _entries.Count)
            {
                _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                changed = _changed.Task;
            }

            return false;
        }
    }
}
