using System.CommandLine;
using System.Globalization;
using Baton.Core.Costs;
using Baton.Simulator;

namespace Baton.Cli.Simulating;

/// <summary>Workers of a phase: a count, or profiles with counts such as <c>opt-13b=2,opt-13b-tp2=1</c>.</summary>
internal static class WorkersOption
{
    private const int Most = 100_000;

    public static Option<string?> Create(string name, string help) => new(name)
    {
        Description = $"{help}: a count, or PROFILE=COUNT,...; a profile is a published name or a file.",
        HelpName = "WORKERS",
    };

    /// <exception cref="InvalidDataException">It says no workers, or a profile cannot be used.</exception>
    public static IReadOnlyList<WorkerGroup> Parse(string name, string text, Func<string, WorkerProfile> profile, string byDefault)
    {
        if (Count(text) is { } count)
        {
            return [new WorkerGroup(profile(byDefault), count)];
        }

        return [.. text.Split(',').Select(part => part.Split('=') is [var of, var number] && Count(number) is { } some
            ? new WorkerGroup(profile(of), some)
            : throw new InvalidDataException($"{name}: '{part}' is neither a count nor PROFILE=COUNT, with a count of 1 to {Most}."))];
    }

    private static int? Count(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= Most ? count : null;
}
