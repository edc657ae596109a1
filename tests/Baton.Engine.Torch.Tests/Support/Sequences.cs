using System.Runtime.CompilerServices;
using Baton.Core.Engine;
using Baton.Core.Sampling;
using Baton.Core.Scheduling;

namespace Baton.Engine.Torch.Tests.Support;

/// <summary>Sequences as the scheduler would hold them, with block tables of the test's choice.</summary>
internal static class Sequences
{
    public static Sequence Of(int[] tokens, IEnumerable<int> blocks, int topLogprobs = 5) =>
        Of(tokens, blocks, SamplingOptions.Greedy with { TopLogprobs = topLogprobs });

    public static Sequence Of(int[] tokens, IEnumerable<int> blocks, SamplingOptions sampling)
    {
        var sequence = new Sequence(new SequenceRequest
        {
            Key = new SequenceKey("test", 0, 0),
            Work = SequenceWork.Whole,
            Tokens = tokens,
            PromptLength = tokens.Length,
            Sampling = sampling,
            Stop = new StopRules { MaxTokens = int.MaxValue },
        });
        BlockList(sequence).AddRange(blocks);
        return sequence;
    }

    // The scheduler owns block tables; tests stand in for it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_BlockList")]
    private static extern List<int> BlockList(Sequence sequence);
}
