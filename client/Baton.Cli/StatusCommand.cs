using System.CommandLine;
using System.Text.Json.Nodes;

namespace Baton.Cli;

/// <summary>baton status: the workers of the cluster and what they do.</summary>
internal static class StatusCommand
{
    private static readonly (string Title, string Field)[] Columns =
    [
        ("WORKER", "id"), ("ROLE", "role"), ("STATE", "state"), ("HOST", "host"), ("DEVICE", "device"),
        ("RUNNING", "running"), ("QUEUED", "queued"), ("KV USED", "kvBlocksUsed"), ("CACHED", "kvBlocksCached"),
        ("TOTAL", "kvBlocksTotal"), ("HANDOFFS", "handoffsInFlight"),
    ];

    public static Command Create(Terminal terminal)
    {
        var decisions = new Option<bool>("--decisions") { Description = "Show why the cluster has as many workers as it has." };
        var command = new Command("status", "Show the workers of the cluster.") { decisions };
        var gateway = new GatewayOptions(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var http = gateway.Http(parse);
            var text = await http.GetStringAsync(new Uri("cluster", UriKind.Relative), cancellationToken);
            await terminal.Out.WriteLineAsync(gateway.Json(parse) ? text
                : parse.GetValue(decisions) ? DecisionTable.Of(JsonNode.Parse(text)!)
                : Table(JsonNode.Parse(text)!));
            return 0;
        });
        return command;
    }

    private static string Table(JsonNode cluster)
    {
        List<string[]> rows = [[.. Columns.Select(c => c.Title)]];
        rows.AddRange((cluster["workers"]?.AsArray() ?? [])
            .Select(worker => Columns.Select(c => worker?[c.Field]?.ToString() ?? "-").ToArray()));
        var widths = Columns.Select((_, column) => rows.Max(r => r[column].Length)).ToArray();
        var lines = rows.Select(r => string.Join("  ", r.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return $"model {cluster["model"]}, sessions active {cluster["sessions"]?["active"] ?? "-"}\n"
            + string.Join('\n', lines);
    }
}
