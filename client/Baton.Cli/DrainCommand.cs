using System.CommandLine;
using System.Net;
using Baton.Client;

namespace Baton.Cli;

/// <summary>baton drain: lets a worker leave without harm.</summary>
internal static class DrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var worker = new Argument<string>("worker") { Description = "Its name, as baton status shows it." };
        var command = new Command(
            "drain", "Let a worker leave: it takes nothing new, what decodes there moves on with its KV, and it is not replaced.")
        {
            worker,
        };
        var gateway = new GatewayOptions(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var http = gateway.Http(parse);
            var name = parse.GetValue(worker)!;
            using var response = await http.PostAsync(
                new Uri($"cluster/workers/{Uri.EscapeDataString(name)}/drain", UriKind.Relative), null, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                throw new BatonException("worker_not_found", $"There is no worker '{name}'.");
            }

            response.EnsureSuccessStatusCode();
            await terminal.Out.WriteLineAsync(gateway.Json(parse)
                ? await response.Content.ReadAsStringAsync(cancellationToken)
                : $"{name} drains");
            return 0;
        });
        return command;
    }
}
