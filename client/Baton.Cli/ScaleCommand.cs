using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Baton.Client;

namespace Baton.Cli;

/// <summary>baton scale: so many workers of each phase, or the planner's number again.</summary>
internal static class ScaleCommand
{
    private const string Auto = "auto";

    public static Command Create(Terminal terminal)
    {
        var counts = new Argument<string>("counts")
        {
            Description = "prefill=2,decode=3 or a part of it; auto leaves it to the planner again.",
        };
        counts.Validators.Add(result =>
        {
            if (result.GetValue(counts) is { } text && Body(text) is null)
            {
                result.AddError($"'{text}' is not of the form prefill=2,decode=3, nor auto");
            }
        });
        var command = new Command(
            "scale", "Set the number of workers. New ones start; those too many drain, and what decodes there moves on with its KV.")
        {
            counts,
        };
        var gateway = new GatewayOptions(command);
        command.SetAction(async (parse, cancellationToken) =>
        {
            using var http = gateway.Http(parse);
            using var response = await http.PostAsJsonAsync(
                new Uri("cluster/scale", UriKind.Relative), Body(parse.GetValue(counts)!), cancellationToken);
            if (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.BadRequest)
            {
                var error = (await response.Content.ReadFromJsonAsync<JsonNode>(cancellationToken))?["error"];
                throw new BatonException((string?)error?["code"] ?? "cannot_scale", (string?)error?["message"] ?? "It cannot be done.");
            }

            response.EnsureSuccessStatusCode();
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            await terminal.Out.WriteLineAsync(gateway.Json(parse) ? text : Lines(JsonNode.Parse(text)!));
            return 0;
        });
        return command;
    }

    /// <summary>What the gateway is asked; null where the text is no such thing.</summary>
    private static JsonObject? Body(string text)
    {
        if (text == Auto)
        {
            return new JsonObject { ["mode"] = Auto };
        }

        var body = new JsonObject();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=') is not [("prefill" or "decode") and var phase, var number] || body.ContainsKey(phase)
                || !ushort.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            {
                return null;
            }

            body[phase] = count;
        }

        return body;
    }

    private static string Lines(JsonNode scale) => $"{Line(scale, "prefill")}\n{Line(scale, "decode")}";

    private static string Line(JsonNode scale, string phase) =>
        $"{phase,-8} {scale[phase]?["desired"]} wanted, {scale[phase]?["ready"]} ready";
}
