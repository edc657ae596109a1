namespace Baton.Core.Text;

/// <summary>What a scan lets out.</summary>
/// <param name="Text">Text that is final.</param>
/// <param name="Stop">The stop string that ended it, if one did.</param>
public readonly record struct ScannedText(string Text, string? Stop);

/// <summary>
/// Finds stop strings in text that comes in pieces. Text that may be the beginning of one is held back. Not safe for
/// concurrent use.
/// </summary>
public sealed class StopStringScanner(IReadOnlyList<string> stops, bool includeStop)
{
    private string _held = "";

    /// <summary>Adds a piece; once a stop was found, the rest is dropped.</summary>
    public ScannedText Append(string piece)
    {
        if (stops.Count == 0)
        {
            return new ScannedText(piece, null);
        }

        var text = _held + piece;
        var (start, stop) = FirstStop(text);
        if (stop is not null)
        {
            _held = "";
            return new ScannedText(text[..(includeStop ? start + stop.Length : start)], stop);
        }

        var safe = text.Length - LongestHeldBack(text);
        _held = text[safe..];
        return new ScannedText(text[..safe], null);
    }

    /// <summary>What was held back, at the end of the sequence.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    private (int Start, string? Stop) FirstStop(string text)
    {
        (int Start, string? Stop) first = (int.MaxValue, null);
        foreach (var stop in stops)
        {
            var start = text.IndexOf(stop, StringComparison.Ordinal);
            if (start >= 0 && start < first.Start)
            {
                first = (start, stop);
            }
        }

        return first;
    }

    private int LongestHeldBack(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
