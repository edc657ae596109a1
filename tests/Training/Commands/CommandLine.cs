using System.Globalization;

namespace Baton.Training.Commands;

/// <summary>A verb and its <c>--name value</c> options.</summary>
public sealed class CommandLine
{
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    public CommandLine(string[] arguments)
    {
        Verb = arguments.FirstOrDefault() ?? throw new ArgumentException("A command is missing.");
        foreach (var pair in arguments.Skip(1).Chunk(2))
        {
            if (pair.Length != 2 || !pair[0].StartsWith("--", StringComparison.Ordinal))
            {
                throw new ArgumentException($"Expected --option value at '{pair[0]}'.");
            }

            _options[pair[0][2..]] = pair[1];
        }
    }

    public string Verb { get; }

    public string Required(string name) => _options.TryGetValue(name, out var value)
        ? value
        : throw new ArgumentException($"The option --{name} is missing.");

    public double Number(string name, double fallback) => _options.TryGetValue(name, out var value)
        ? double.Parse(value, CultureInfo.InvariantCulture)
        : fallback;
}
