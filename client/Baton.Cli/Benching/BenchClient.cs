using System.Net;
using System.Net.Http.Json;
using System.Text;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Benching;

/// <summary>Asks for one completion as a stream and notes when each token comes.</summary>
internal sealed class BenchClient(HttpClient http, string model, PromptSource prompts, TimeProvider time)
{
    /// <param name="arrival">What to ask for.</param>
    /// <param name="number">Its number.</param>
    /// <param name="due">Timestamp at which it was to be sent: a client that lags is no excuse.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<BenchRequest> RunAsync(Arrival arrival, int number, long due, CancellationToken cancellationToken)
    {
        var request = new BenchRequest(arrival);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/completions", UriKind.Relative))
            {
                Content = JsonContent.Create(new
                {
                    model,
                    prompt = prompts.Prompt(arrival, number),
                    max_tokens = arrival.OutputTokens,
                    stream = true,
                    ignore_eos = true,
                }),
            };
            using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                request.Refused((int)response.StatusCode, response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable);
                return request;
            }

            await ReadAsync(response, request, due, cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            request.Broken(e.Message);
        }

        return request;
    }

    private async Task ReadAsync(HttpResponseMessage response, BenchRequest request, long due, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            // Without a parser: at thousands of tokens a second it would be the client that is measured.
            if (line.Contains("\"error\":", StringComparison.Ordinal))
            {
                request.Broken("the stream ended with an error");
            }
            else if (line.Contains("\"finish_reason\":null", StringComparison.Ordinal))
            {
                request.Token(time.GetElapsedTime(due));
            }
            else if (line.Contains("\"finish_reason\":\"", StringComparison.Ordinal))
            {
                request.Finished();
            }
        }
    }
}
