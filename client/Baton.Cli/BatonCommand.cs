using System.CommandLine;
using Baton.Cli.Benching;
using Baton.Cli.Profiling;
using Baton.Cli.Simulating;
using Baton.Client;

namespace Baton.Cli;

/// <summary>The command line: its commands, and what their failures look like.</summary>
public static class BatonCommand
{
    public const int Failed = 1;
    public const int BadUsage = 2;

    /// <summary>Runs a command line; one clear line on standard error for whatever goes wrong.</summary>
    /// <returns>The exit code: 0, 1 for a failure, 2 for bad usage.</returns>
    public static async Task<int> RunAsync(
        string[] args, Terminal terminal, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(terminal);
        var root = new RootCommand("baton talks to a Baton cluster.")
        {
            ChatCommand.Create(terminal),
            StatusCommand.Create(terminal),
            ScaleCommand.Create(terminal),
            DrainCommand.Create(terminal),
            BenchCommand.Create(terminal),
            ProfileCommand.Create(terminal),
            SimulateCommand.Create(terminal),
            PlanCommand.Create(terminal),
        };
        var parse = root.Parse(args);
        if (parse.Errors.Count > 0)
        {
            return Say(terminal, $"{parse.Errors[0].Message} (--help lists the options)", BadUsage);
        }

        try
        {
            // Ctrl-C belongs to the commands: a chat first ends its running answer.
            return await parse.InvokeAsync(
                new InvocationConfiguration
                {
                    Output = terminal.Out,
                    Error = terminal.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                cancellationToken);
        }
        catch (HttpRequestException e)
        {
            return Say(terminal, e.StatusCode is { } status
                ? $"the gateway answered {(int)status} {status}"
                : $"the gateway cannot be reached: {e.Message}", Failed);
        }
        catch (BatonException e)
        {
            return Say(terminal, $"{e.Message} [{e.Code}]", Failed);
        }
        catch (InvalidDataException e)
        {
            return Say(terminal, e.Message, BadUsage);
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
    }

    private static int Say(Terminal terminal, string message, int code)
    {
        terminal.Error.WriteLine($"baton: {message.ReplaceLineEndings(" ")}");
        return code;
    }
}
