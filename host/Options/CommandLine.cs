using System.CommandLine;
using System.CommandLine.Invocation;

namespace Baton.Host.Options;

/// <summary>What a command line came to.</summary>
/// <param name="Settings">Null when the process should end with <paramref name="ExitCode"/>.</param>
/// <param name="ExitCode">0 after help, 2 after an error.</param>
internal sealed record CommandLineResult(HostSettings? Settings, int ExitCode);

/// <summary>
/// Reads the options from the command line, else from BATON_X, else from Baton:X of appsettings.json: one parser and
/// one set of errors for all three.
/// </summary>
internal static class CommandLine
{
    public const int BadUsage = 2;

    public static CommandLineResult Read(string[] args, TextWriter output, TextWriter error)
    {
        var command = new HostCommand();
        var parse = command.Root.Parse([.. args, .. Configured(command, args)]);
        if (parse.Action is not (null or ParseErrorAction))
        {
            return new CommandLineResult(null, parse.Invoke(new InvocationConfiguration { Output = output }));
        }

        try
        {
            if (parse.Errors.Count > 0)
            {
                throw new FormatException(parse.Errors[0].Message);
            }

            return new CommandLineResult(command.Settings(parse), 0);
        }
        catch (FormatException e)
        {
            error.WriteLine($"baton: {e.Message.ReplaceLineEndings(" ")} (--help lists the options)");
            return new CommandLineResult(null, BadUsage);
        }
    }

    private static IEnumerable<string> Configured(HostCommand command, string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile(Path.Combine(Environment.CurrentDirectory, "appsettings.json"), optional: true)
            .Build();
        foreach (var option in command.Options)
        {
            var name = option.Name[2..];
            if (args.Any(a => a == option.Name || a.StartsWith(option.Name + "=", StringComparison.Ordinal)
                || a.StartsWith(option.Name + ":", StringComparison.Ordinal)))
            {
                continue;
            }

            var variable = "BATON_" + name.Replace('-', '_').ToUpperInvariant();
            var value = Environment.GetEnvironmentVariable(variable) ?? configuration[$"Baton:{name}"];
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            foreach (var one in option.ValueType.IsArray ? value.Split(',') : [value])
            {
                yield return option.Name;
                yield return one;
            }
        }
    }
}
