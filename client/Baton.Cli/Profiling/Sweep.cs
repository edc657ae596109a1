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
    private const int Turns = 16;

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

        for (var conversation = 0; conversation < Repeats / 2; conversation++)
        {
            Tell($"a conversation that grows to {longestPrompt} tokens");
            for (var turn = 1; turn <= Turns; turn++)
            {
                // Each turn finds what came before it in the prefix cache: few new tokens behind many.
                await OneAsync(Math.Max(1, longestPrompt * turn / Turns), 1, cancellationToken, conversation);
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

    private async Task OneAsync(int prompt, int output, CancellationToken cancellationToken, int? conversation = null)
    {
        var number = Interlocked.Increment(ref _number);
        var request = await client.RunAsync(
            new Arrival(TimeSpan.Zero, prompt, output, conversation is { } name ? [name] : null), number, time.GetTimestamp(), cancellationToken);
        if (request.Reason is { } reason)
        {
            throw new BatonException("profile_failed", string.Create(
                CultureInfo.InvariantCulture, $"A prompt of {prompt} tokens was not answered: {reason}."));
        }
    }

    private void Tell(string what) => progress.WriteLine(what);
}
