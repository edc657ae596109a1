using System.CommandLine;
using System.Net.Http.Headers;

namespace Baton.Cli;

/// <summary>The options of every command: which gateway, with which key, in which form.</summary>
internal sealed class GatewayOptions
{
    private readonly Option<Uri> _url = new("--url")
    {
        Description = "Address of a gateway (else BATON_URL).",
        HelpName = "URL",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
            {
                return url;
            }

            result.AddError($"--url: '{text}' is not an address such as http://127.0.0.1:8080");
            return null;
        },
        DefaultValueFactory = _ => new Uri(
            Environment.GetEnvironmentVariable("BATON_URL") is { Length: > 0 } url ? url : "http://127.0.0.1:8080"),
    };

    private readonly Option<string?> _apiKey = new("--api-key")
    {
        Description = "Key for the gateway (better in BATON_API_KEY).",
        HelpName = "KEY",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print JSON." };

    public GatewayOptions(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_apiKey);
        command.Options.Add(_json);
    }

    public Uri Url(ParseResult parse) => parse.GetValue(_url)!;

    /// <summary>A client of the gateway's HTTP surface.</summary>
    public HttpClient Http(ParseResult parse)
    {
        var http = new HttpClient { BaseAddress = Url(parse) };
        if (ApiKey(parse) is { } key)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return http;
    }

    public string? ApiKey(ParseResult parse) =>
        parse.GetValue(_apiKey) ?? Environment.GetEnvironmentVariable("BATON_API_KEY");

    public bool Json(ParseResult parse) => parse.GetValue(_json);
}
