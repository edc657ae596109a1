using System.Globalization;

namespace Baton.Simulator.Workloads;

/// <summary>Azure's traces (Splitwise, ISCA 2024): CSV of time, prompt and output.</summary>
internal static class AzureTrace
{
    private const string Header = "TIMESTAMP,ContextTokens,GeneratedTokens";

    public static bool Matches(string line) => line.Trim().Equals(Header, StringComparison.OrdinalIgnoreCase);

    public static List<Arrival> Read(TextReader reader)
    {
        List<Arrival> arrivals = [];
        DateTime? begin = null;
        int number = 2;
        for (string? line = reader.ReadLine(); line is not null; line = reader.ReadLine(), number++)
        {
            if (line.Length == 0)
                continue;
            string[] cells = line.Split(',');
            if (cells.Length != 3
                || !DateTime.TryParse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime at)
                || !int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out int prompt)
                || !int.TryParse(cells[2], NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out int output)
                || prompt < 1
                || output < 1)
            {
                throw new InvalidDataException($"Line {number} of the trace is not a time, a prompt's and an output's length.");
            }

            begin ??= at;
            arrivals.Add(new Arrival(at - begin.Value, prompt, output));
        }

        return arrivals;
    }
}
