using System.Globalization;

namespace Baton.Soak;

/// <summary>What a run is to do.</summary>
internal sealed record SoakOptions
{
    public const string Help = """
        Hands requests over between worker processes while it cancels requests and kills and stops workers, then waits
        for calm and prints one line of JSON: what was handed over, and what is left that should not be. Exit code 0
        if no token was wrong, no request failed and nothing is left. For Linux; the engine is simulated.

          --handoffs N     requests to hand over (default 1000)
          --minutes M      stop ordering after so long, done or not (default 5)
          --seed S         of prompts, cancels and faults (default 1)
          --concurrency C  requests at a time (default 16)
          --data-plane P   auto, shm, tcp or uds (default auto)
          --calm           kill and stop nobody
          --heavy          KV of 32 KiB a token: chunks go in groups of layers while their step runs
        """;

    public int Handoffs { get; private set; } = 1000;

    public double Minutes { get; private set; } = 5;

    public int Seed { get; private set; } = 1;

    public int Concurrency { get; private set; } = 16;

    public string DataPlane { get; private set; } = "auto";

    public bool IsCalm { get; private set; }

    public bool IsHeavy { get; private set; }

    /// <summary>Null, with what is wrong, when the arguments are none.</summary>
    public static SoakOptions? Parse(string[] arguments, out string error)
    {
        var options = new SoakOptions();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--calm")
            {
                options.IsCalm = true;
            }
            else if (arguments[i] == "--heavy")
            {
                options.IsHeavy = true;
            }
            else if (i + 1 == arguments.Length || !options.Take(arguments[i], arguments[++i]))
            {
                error = $"{string.Join(' ', arguments[Math.Max(0, i - 1)..(i + 1)])}: not understood; see --help";
                return null;
            }
        }
        error = "";
        return options;
    }

    private bool Take(string name, string value)
    {
        switch (name)
        {
            case "--handoffs" when Whole(value) is int handoffs and > 0:
                Handoffs = handoffs;
                return true;
            case "--minutes" when double.TryParse(value, CultureInfo.InvariantCulture, out var minutes) && minutes > 0:
                Minutes = minutes;
                return true;
            case "--seed" when Whole(value) is int seed:
                Seed = seed;
                return true;
            case "--concurrency" when Whole(value) is int concurrency and > 0 and <= 64:
                Concurrency = concurrency;
                return true;
            case "--data-plane" when value is "auto" or "shm" or "tcp" or "uds":
                DataPlane = value;
                return true;
            default:
                return false;
        }
    }

    private static int? Whole(string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
