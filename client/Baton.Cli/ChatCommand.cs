using System.CommandLine;
using Baton.Client;

namespace Baton.Cli;

/// <summary>baton chat: talks with the model, a turn after another, or asks once.</summary>
internal static class ChatCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("chat", "Talk with the model; with --message, ask once.");
        var gateway = new GatewayOptions(command);
        var system = new Option<string?>("--system") { Description = "What the model is told first.", HelpName = "TEXT" };
        var message = new Option<string?>("--message") { Description = "Ask this and leave.", HelpName = "TEXT" };
        var maxTokens = new Option<int?>("--max-tokens") { Description = "Most tokens of an answer.", HelpName = "N" };
        var temperature = new Option<double?>("--temperature") { Description = "0 to 2.", HelpName = "T" };
        var seed = new Option<long?>("--seed") { Description = "Makes answers repeatable.", HelpName = "N" };
        maxTokens.Validators.Add(result =>
        {
            if (result.GetValue(maxTokens) is < 1)
            {
                result.AddError("--max-tokens: must be at least 1");
            }
        });
        temperature.Validators.Add(result =>
        {
            if (result.GetValue(temperature) is { } given && !(given is >= 0 and <= 2))
            {
                result.AddError("--temperature: must be from 0 to 2");
            }
        });
        foreach (var option in new Option[] { system, message, maxTokens, temperature, seed })
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parse, cancellationToken) =>
        {
            await using var client = new BatonClient(
                new BatonClientOptions { Url = gateway.Url(parse), ApiKey = gateway.ApiKey(parse) });
            var session = new ChatSession(client, terminal, TimeProvider.System, gateway.Json(parse))
            {
                Template = new ChatRequest
                {
                    Messages = parse.GetValue(system) is { } told ? [new ChatMessage("system", told)] : [],
                    MaxTokens = parse.GetValue(maxTokens),
                    Temperature = parse.GetValue(temperature),
                    Seed = parse.GetValue(seed),
                },
            };
            using var interrupt = new Interrupt(session.CancelAnswer);
            using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, interrupt.Leaving);
            return parse.GetValue(message) is { } asked
                ? await session.AskAsync(asked, leaving.Token)
                : await session.RunAsync(leaving.Token);
        });
        return command;
    }
}
