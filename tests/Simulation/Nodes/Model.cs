using Baton.Contracts.Sessions;
using Baton.Core.Costs;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Simulated;

namespace Baton.Simulation.Nodes;

/// <summary>What all workers of a world run, small enough that pools are always short of room.</summary>
internal static class Model
{
    public const int LeastBlocks = 24;
    public const int MostBlocks = 48;
    public const int MostTokens = 92;
    public const int MaxSequences = 6;
    public const int EndToken = 1;
    public const int Vocabulary = 100_000;

    public static readonly KvLayout Layout = SimulatedModelRunner.LayoutOf(bytesPerToken: 16, blockTokens: 4, "m", layers: 2);

    /// <summary>What steps are thought to cost, so that they are sized; they take no time of the world's.</summary>
    public static readonly WorkerProfile Costs = new()
    {
        Name = "m",
        PrefillConstant = 10,
        PrefillLinear = 1,
        DecodeConstant = 10,
        DecodePerSequence = 2,
    };

    private static readonly SimulationOptions _options = new()
    {
        Profile = PublishedProfiles.Instant,
        FirstToken = 2,
        MeanOutputTokens = 12,
    };

    public static IModelRunner Runner(IKvMemory memory) => new SimulatedModelRunner(
        new ModelInfo("m", 1000, Vocabulary, 0), Layout, memory, _options, TimeProvider.System);

    public static SchedulerOptions Scheduling(Random random) => new()
    {
        StepTokenBudget = random.Next(MaxSequences, 40),
        MaxSequences = MaxSequences,
        MaxQueued = 16,
        DecodeReserveBlocks = random.Next(0, 3),
        TokenTarget = Target(random),
        LongestStep = Target(random),
    };

    // None, out of reach, or met by some batches and not by others.
    private static TimeSpan? Target(Random random) =>
        random.Next(8, 30) is var ms and < 24 ? TimeSpan.FromMilliseconds(ms) : null;

    /// <summary>What a choice's tokens must be: those that it has alone on one worker.</summary>
    public static int[] Expected(GenerationRequest request, int choice)
    {
        const int blocks = (MostTokens / 4) + 2;
        using var memory = NativeKvMemory.For(Layout, blocks);
        using var runner = Runner(memory);
        var scheduler = new Scheduler(new SchedulerOptions(), Layout, blocks, default);
        scheduler.Start(new SequenceRequest
        {
            Key = new SequenceKey("expected", choice, 0),
            Work = SequenceWork.Whole,
            Tokens = request.Choices[choice].Prompt,
            PromptLength = request.Choices[choice].Prompt.Length,
            Sampling = request.Choices[choice].Sampling,
            Stop = request.Stop,
        });
        var tokens = new List<int>();
        var sampled = new SampledToken[1];
        while (scheduler.Sequences.Count > 0)
        {
            runner.Run(scheduler.Plan(), sampled);
            tokens.AddRange(scheduler.Commit(sampled).Tokens.Select(t => t.Sampled.Token));
        }

        return [.. tokens];
    }
}
