using System.Globalization;
using Baton.Cli.Benching;
using Baton.Client;
using Baton.Simulator.Workloads;

namespace Baton.Cli.Profiling;

/// <summary>The load under which workers are measured.</summary>
internal sealed class Sweep(BenchClient client, int longestPrompt, int largestBatch, TextWriter progress, TimeProvider time)
{
    // Enough steps of each kind that one at which the machine did something else does not count.
    private const int Repeats = 6;
    private const int OutputTokens = 48;
    private const int ShortestPrompt = 16;

    private int _number;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var length = ShortestPrompt; length <= longestPrompt; length *= 2)
        {
            Tell($"prompts of {length} tokens");
            for (var i = 0; i < Repeats; i++)
            {
                await OneAsync(length, 1, cancellationToken);
            }
        }

        foreach (var prompt in new[] { ShortestPrompt, longestPrompt / 2 })
        {
            for (var batch = 1; batch <= largestBatch; batch *= 2)
            {
                Tell($"batches of {batch} with {prompt} tokens each");
                await Task.WhenAll(Enumerable.Range(0, batch).Select(_ => OneAsync(prompt, OutputTokens, cancellationToken)));
            }
        }
    }

    private async Task OneAsync(int prompt, int output, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref _number);
        var request = await client.RunAsync(
            new Arrival(TimeSpan.Zero, prompt, output), number, time.GetTimestamp(), cancellationToken);
        if (request.Reason is { } reason)
        {
            throw new BatonException("profile_failed", string.Create(
                CultureInfo.InvariantCulture, $"A prompt of {prompt} tokens was not answered: {reason}."));
        }
    }

    private void Tell(string what) => progress.WriteLine(what);
}
