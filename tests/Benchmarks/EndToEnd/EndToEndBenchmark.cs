using System.Globalization;
using Baton.Testing;

namespace Baton.Benchmarks.EndToEnd;

/// <summary>
/// What the handoff costs a client: the same engine and model, prefill and decode on two workers against one worker that
/// does both, request by request in turn.
/// </summary>
internal sealed class EndToEndBenchmark(string? model, int repetitions)
{
    // Until the code is compiled for good: the first requests would measure the compiler.
    private const int WarmUps = 40;

    private static readonly int[] PromptLengths = [64, 128, 256, 512, 1024, 2048, 4096];

    private readonly Random _random = new(1);

    public async Task<Dictionary<string, double>> RunAsync()
    {
        using var longContext = new LongContextModel();
        var folder = model ?? longContext.Folder;
        await using var apart = await StartAsync(folder, "always");
        await using var together = await StartAsync(folder, "never");
        var (name, context) = await ModelAsync(apart.Client);
        await WarmUpAsync(apart.Client, name);
        await WarmUpAsync(together.Client, name);
        var results = new Dictionary<string, double>();
        foreach (var length in PromptLengths.Where(l => l + 64 < context))
        {
            await Console.Error.WriteLineAsync($"prompts of {length} tokens");
            Sample apartTimes = new(), togetherTimes = new();
            for (var i = 0; i < repetitions; i++)
            {
                apartTimes.Add(await TokenTimes.MeasureAsync(apart.Client, name, Prompt(length)));
                togetherTimes.Add(await TokenTimes.MeasureAsync(together.Client, name, Prompt(length)));
            }

            Report(results, length, apartTimes, togetherTimes);
        }

        return results;
    }

    private static void Report(Dictionary<string, double> results, int length, Sample apart, Sample together)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"prompt{length}.");
        results[prefix + "ttftMsApart"] = apart.First.Median;
        results[prefix + "ttftMsTogether"] = together.First.Median;
        results[prefix + "ttftRatio"] = apart.First.Median / together.First.Median;
        results[prefix + "secondTokenMsApart"] = apart.Second.Median;
        results[prefix + "secondTokenMsTogether"] = together.Second.Median;
        results[prefix + "secondTokenRatio"] = apart.Second.Median / together.Second.Median;
    }

    private static Task<HostProcess> StartAsync(string folder, string disaggregate) => HostProcess.StartAsync(
        "--workers", "prefill=1,decode=1", "--disaggregate", disaggregate, "--model", folder);

    private async Task WarmUpAsync(HttpClient client, string name)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            await TokenTimes.MeasureAsync(client, name, Prompt(PromptLengths[i % 4]));
        }
    }

    private int[] Prompt(int length) => [.. Enumerable.Range(0, length).Select(_ => _random.Next(10, 500))];

    private static async Task<(string Name, int Context)> ModelAsync(HttpClient client)
    {
        var first = (await client.GetJsonAsync("/v1/models")).GetProperty("data")[0];
        return (first.GetProperty("id").GetString()!, first.GetProperty("max_model_len").GetInt32());
    }

    private sealed class Sample
    {
        public Samples First { get; } = new();

        public Samples Second { get; } = new();

        /// <summary>In milliseconds.</summary>
        public void Add(TokenTimes times)
        {
            First.Add(times.First.TotalMilliseconds);
            Second.Add(times.Second.TotalMilliseconds);
        }
    }
}
