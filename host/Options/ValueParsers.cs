using System.Globalization;
using Baton.Contracts.Workers;
using Baton.Core.Planning;

namespace Baton.Host.Options;

/// <summary>Readers of option values; each throws a <see cref="FormatException"/> that says what is expected.</summary>
internal static class ValueParsers
{
    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    // Timers take little more.
    private const double MostSeconds = 40 * 86400;

    /// <summary>250ms, 5s, 10m, 1h; at most 40d.</summary>
    public static TimeSpan Duration(string text)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
                && n >= 0)
            {
                return n * seconds <= MostSeconds
                    ? TimeSpan.FromSeconds(n * seconds)
                    : throw new FormatException($"'{text}' is longer than 40d");
            }
        }

        throw new FormatException($"'{text}' is not a duration such as 250ms, 5s or 10m");
    }

    /// <summary>A duration that is not nothing.</summary>
    public static TimeSpan PositiveDuration(string text) => Duration(text) is { Ticks: > 0 } duration
        ? duration
        : throw new FormatException($"'{text}' must be longer than nothing");

    /// <summary>Between two decisions.</summary>
    public static TimeSpan Interval(string text) => Duration(text) is var interval
        && interval >= PlannerOptions.LeastInterval && interval <= PlannerOptions.MostInterval
            ? interval
            : throw new FormatException($"'{text}' is not from 100ms to 1h");

    /// <summary>0.5-4: a least and a most.</summary>
    public static (double Least, double Most) Ratio(string text) =>
        text.Split('-') is [var first, var second]
        && double.TryParse(first, NumberStyles.Float, CultureInfo.InvariantCulture, out var least)
        && double.TryParse(second, NumberStyles.Float, CultureInfo.InvariantCulture, out var most)
        && least >= 0 && most >= least && most is > 0 and <= 1e6
            ? (least, most)
            : throw new FormatException($"'{text}' is not of the form 0.5-4");

    /// <summary>prefill=2,decode=3; a phase that is left out has none.</summary>
    public static PhaseCounts Counts(string text)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal) { ["prefill"] = 0, ["decode"] = 0 };
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var pair = part.Split('=');
            if (pair.Length != 2 || !counts.ContainsKey(pair[0])
                || !int.TryParse(pair[1], NumberStyles.None, CultureInfo.InvariantCulture, out var n) || n > 256)
            {
                throw new FormatException($"'{text}' is not of the form prefill=2,decode=3");
            }

            counts[pair[0]] = n;
        }

        return new PhaseCounts(counts["prefill"], counts["decode"]);
    }

    /// <summary>all, or a comma list of gateway, prefill and decode.</summary>
    public static (bool Gateway, IReadOnlyList<WorkerRole> Workers) Roles(string text)
    {
        var gateway = false;
        var workers = new SortedSet<WorkerRole>();
        foreach (var role in text.Split(',', StringSplitOptions.TrimEntries))
        {
            gateway |= role is "all" or "gateway";
            if (role is "all" or "prefill")
            {
                workers.Add(WorkerRole.Prefill);
            }

            if (role is "all" or "decode")
            {
                workers.Add(WorkerRole.Decode);
            }

            if (role is not ("all" or "gateway" or "prefill" or "decode"))
            {
                throw new FormatException($"'{role}' is not a role: all, gateway, prefill or decode");
            }
        }

        return (gateway, [.. workers]);
    }

    /// <summary>localhost, localhost=HOST:PORT (the silo of the first process) or redis=HOST:PORT.</summary>
    public static ClusterSetting Cluster(string text)
    {
        var pair = text.Split('=', 2);
        return pair switch
        {
            ["localhost"] => new ClusterSetting(null, null),
            ["localhost", var primary] when IsEndpoint(primary) => new ClusterSetting(null, primary),
            ["redis", var redis] when IsEndpoint(redis) => new ClusterSetting(redis, null),
            _ => throw new FormatException($"'{text}' is not localhost or redis=HOST:PORT"),
        };
    }

    /// <summary>cpu, cuda or cuda:N.</summary>
    public static string Device(string text) =>
        text is "cpu" or "cuda"
            || (text.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(text[5..], out _))
            ? text
            : throw new FormatException($"'{text}' is not a device: cpu, cuda or cuda:N");

    private static bool IsEndpoint(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(text[(colon + 1)..], out var port) && port > 0;
    }
}
