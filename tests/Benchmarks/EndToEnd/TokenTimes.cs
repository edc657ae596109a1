using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Baton.Benchmarks.EndToEnd;

/// <summary>When a client had its first and its second token.</summary>
internal readonly record struct TokenTimes(TimeSpan First, TimeSpan Second)
{
    private const int Tokens = 8;

    /// <summary>Streams a completion of a prompt that no cache has seen.</summary>
    public static async Task<TokenTimes> MeasureAsync(HttpClient client, string model, int[] prompt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/completions")
        {
            Content = JsonContent.Create(new
            {
                model,
                prompt,
                max_tokens = Tokens,
                temperature = 0,
                ignore_eos = true,
                stream = true,
                return_token_ids = true,
            }),
        };
        var start = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        var times = new List<TimeSpan>();
        await using var body = await response.Content.ReadAsStreamAsync();
        await foreach (var item in SseParser.Create(body).EnumerateAsync())
        {
            times.AddRange(Enumerable.Repeat(Stopwatch.GetElapsedTime(start), TokensOf(item.Data)));
        }

        return new TokenTimes(times[0], times[1]);
    }

    private static int TokensOf(string data)
    {
        if (data == "[DONE]")
        {
            return 0;
        }

        using var json = JsonDocument.Parse(data);
        return json.RootElement.GetProperty("choices") is { } choices && choices.GetArrayLength() > 0
            && choices[0].TryGetProperty("token_ids", out var ids) && ids.ValueKind == JsonValueKind.Array
                ? ids.GetArrayLength()
                : 0;
    }
}
