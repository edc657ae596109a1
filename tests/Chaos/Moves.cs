using System.Text.Json;

namespace Baton.Chaos;

/// <summary>Reads moves out of a request's timeline.</summary>
internal static class Moves
{
    /// <summary>How long each move kept the sequence from decoding, in seconds; empty where it did not move.</summary>
    public static List<double> Pauses(string story)
    {
        var pauses = new List<double>();
        if (!story.Contains("moving from", StringComparison.Ordinal))
        {
            return pauses;
        }

        using var timeline = JsonDocument.Parse(story);
        DateTimeOffset? stopped = null;
        foreach (var point in timeline.RootElement.EnumerateArray())
        {
            var at = point.GetProperty("t").GetDateTimeOffset();
            if (point.GetProperty("reason").GetString()?.StartsWith("moving from", StringComparison.Ordinal) == true)
            {
                stopped = at;
            }
            else if (stopped is { } since && point.GetProperty("state").GetString() == "Decoding")
            {
                pauses.Add((at - since).TotalSeconds);
                stopped = null;
            }
        }

        return pauses;
    }
}
