using Baton.Core.Engine;
using Baton.Core.Sampling;

namespace Baton.Core.Tests;

internal static class Requests
{
    public static SequenceRequest Of(
        string id,
        int prompt = 20,
        int maxTokens = 1000,
        SequenceWork work = SequenceWork.Whole,
        int firstToken = 0) => new()
        {
            Key = new SequenceKey(id, 0, 0),
            Work = work,
            Tokens = [.. Enumerable.Range(firstToken, prompt)],
            PromptLength = prompt,
            Sampling = SamplingOptions.Greedy,
            Stop = new StopRules { MaxTokens = maxTokens },
        };
}
