using System.Text.Json;
using System.Text.Json.Serialization;

namespace Baton.Simulator.Workloads;

/// <summary>Mooncake's traces (FAST 2025): JSON lines, with the names of a prompt's parts of 512 tokens.</summary>
internal static class MooncakeTrace
{
    // Its times are ticks of about three seconds, in milliseconds.
    private const double TickMs = 3000;

    public static bool Matches(string line) => line.StartsWith('{');

    public static List<Arrival> Read(string first, TextReader reader, int seed)
    {
        var jitter = new Chance(seed, Chance.Purpose.Jitter);
        List<Arrival> arrivals = [];
        int number = 1;
        for (string? line = first; line is not null; line = reader.ReadLine(), number++)
        {
            if (line.Length > 0)
                arrivals.Add(Parse(line, number, jitter.Unit() * TickMs));
        }

        return arrivals;
    }

    private static Arrival Parse(string line, int number, double jitterMs)
    {
        try
        {
            Row row = JsonSerializer.Deserialize<Row>(line) ?? throw new JsonException("it is empty");
            int[]? parts = row.Parts is { Length: > 0 } ? row.Parts : null;
            if (row.Prompt < 1 || row.Output < 1 || row.Timestamp < 0)
                throw new JsonException("lengths must be at least 1, and times not below 0");
            return new Arrival(TimeSpan.FromMilliseconds(row.Timestamp + jitterMs), row.Prompt, row.Output, parts);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"Line {number} of the trace cannot be read: {e.Message}", e);
        }
    }

    private sealed record Row(
        [property: JsonPropertyName("timestamp"), JsonRequired] double Timestamp,
        [property: JsonPropertyName("input_length"), JsonRequired] int Prompt,
        [property: JsonPropertyName("output_length"), JsonRequired] int Output,
        [property: JsonPropertyName("hash_ids")] int[]? Parts);
}
