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
        var maxTokens = Numbers.Option<int>("--max-tokens", "Most tokens of an answer.", 1, int.MaxValue);
        var temperature = Numbers.Option<double>("--temperature", "0 always takes the likeliest token.", 0, 2);
        var seed = Numbers.Option<long>("--seed", "Makes answers repeatable.", long.MinValue, long.MaxValue);
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
