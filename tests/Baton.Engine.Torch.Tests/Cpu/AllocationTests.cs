using Baton.Core.Sampling;
using Baton.Core.Scheduling;
using Baton.Engine.Torch.Cpu;
using Baton.Engine.Torch.Tests.Support;

namespace Baton.Engine.Torch.Tests.Cpu;

/// <summary>A step leaves nothing to collect: a pause of the collector would be a pause of every answer.</summary>
[Collection(TorchTests.Name)]
public sealed class AllocationTests
{
    private const int WarmUp = 40;
    private const int Steps = 100;

    public static TheoryData<string, SamplingOptions> Draws { get; } = new()
    {
        { "greedy", SamplingOptions.Greedy },
        { "all tokens", new SamplingOptions { Temperature = 0.8f, Seed = 7 } },
        { "top p", new SamplingOptions { Temperature = 0.8f, TopP = 0.9f, Seed = 7 } },
        { "top k", new SamplingOptions { Temperature = 0.8f, TopK = 20, MinP = 0.01f, Seed = 7 } },
        { "penalties", new SamplingOptions { RepetitionPenalty = 1.2f, FrequencyPenalty = 0.1f, PresencePenalty = 0.1f, Seed = 7 } },
        { "bias", new SamplingOptions { LogitBias = new Dictionary<int, float> { [5] = 2, [9] = -3 } } },
    };

    [Theory]
    [MemberData(nameof(Draws))]
    public void Run_AnyMix_AllocatesNothing(string draw, SamplingOptions sampling)
    {
        using var folder = new TestModel();
        using var model = folder.Load();
        using var memory = new TestKvMemory(64L * model.Layout.BlockBytes);
        using var runner = new CpuModelRunner(model, memory, 64, 256);
        runner.Start();
        Sequence[] sequences = [.. Enumerable.Range(0, 4).Select(i => Sequence(i, sampling))];
        var plan = new BatchPlan();
        var sampled = new SampledToken[sequences.Length];
        for (var i = 0; i < sequences.Length; i++)
        {
            var computed = i % 2 == 0 ? 0 : sequences[i].Length - 1;
            plan.Add(new BatchEntry(sequences[i], computed, sequences[i].Length - computed, true));
        }

        for (var i = 0; i < WarmUp; i++)
            runner.Run(plan, sampled);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
            runner.Run(plan, sampled);

        Assert.True(GC.GetAllocatedBytesForCurrentThread() == before, draw);
    }

    private static Sequence Sequence(int index, SamplingOptions sampling) =>
        Sequences.Of(TestModel.Prompt(10 + (13 * index), index), Enumerable.Range(8 * index, 8), sampling);
}
