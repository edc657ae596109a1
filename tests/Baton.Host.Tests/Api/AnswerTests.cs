using Baton.Core.Sampling;
using Baton.Host.Api;

namespace Baton.Host.Tests.Api;

/// <summary>Answers in one piece, and what a session is asked for them.</summary>
public sealed class AnswerTests
{
    [Fact]
    public async Task Chat_Whole_HasTheFullShape()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("Hi", cached: 5);

        var answer = await edge.OkAsync("/v1/chat/completions", Edge.ChatBody);

        answer["id"] = null;
        Assert.Equal(
            """{"id":null,"object":"chat.completion","created":1700000100,"model":"test/tiny","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},"logprobs":null,"finish_reason":"stop","stop_reason":null}],"usage":{"prompt_tokens":17,"completion_tokens":3,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":5}}}""",
            answer.ToJsonString());
    }

    [Fact]
    public async Task Chat_Logprobs_HaveTokensBytesAndAFloor()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("H", reason: "length");

        var answer = await edge.OkAsync(
            "/v1/chat/completions",
            """{"logprobs":true,"top_logprobs":2,"messages":[{"role":"user","content":"x"}]}""");

        Assert.Equal(
            """{"content":[{"token":"H","logprob":-0.5,"bytes":[72],"top_logprobs":[{"token":"H","logprob":-0.5,"bytes":[72]},{"token":"z","logprob":-9999,"bytes":[122]}]}],"refusal":null}""",
            answer["choices"]![0]!["logprobs"]!.ToJsonString());
        Assert.Equal("length", (string)answer["choices"]![0]!["finish_reason"]!);
    }

    [Fact]
    public async Task Completion_Logprobs_AreFourLists()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("aé", reason: "length");

        var answer = await edge.OkAsync("/v1/completions", """{"prompt":"x","logprobs":1}""");

        Assert.Equal(
            """{"tokens":["a","\uFFFD","\uFFFD"],"token_logprobs":[-0.5,-0.5,-0.5],"top_logprobs":[{"a":-0.5},{"\uFFFD":-0.5},{"\uFFFD":-0.5}],"text_offset":[0,1,1]}""",
            answer["choices"]![0]!["logprobs"]!.ToJsonString());
    }

    [Theory]
    [InlineData("\"x\"", 1)]
    [InlineData("[\"x\",\"yz\"]", 2)]
    [InlineData("[1,2,3]", 1)]
    [InlineData("[[1,2],[3]]", 2)]
    public async Task Completion_EveryKindOfPrompt_IsTaken(string prompt, int prompts)
    {
        await using var edge = await Edge.StartAsync();

        var answer = await edge.OkAsync("/v1/completions", $$"""{"prompt":{{prompt}},"n":2,"return_token_ids":true}""");

        var choices = answer["choices"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, prompts * 2), choices.Select(c => (int)c!["index"]!));
        Assert.All(choices, c => Assert.Equal("Hi!", (string)c!["text"]!));
        Assert.Equal(
            edge.Sessions.Last.Choices.Where((_, i) => i % 2 == 0).Sum(c => c.Prompt.Length),
            (int)answer["usage"]!["prompt_tokens"]!);
        Assert.Equal(16, edge.Sessions.Last.Stop.MaxTokens);
        Assert.Equal("text_completion", (string)answer["object"]!);
        Assert.StartsWith("cmpl-", (string)answer["id"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Chat_EveryField_ReachesTheSession()
    {
        await using var edge = await Edge.StartAsync();

        await edge.OkAsync("/v1/chat/completions", """
            {"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},
                         {"role":"assistant","tool_calls":[{"id":"1"}]},{"role":"user","content":"x"}],
             "temperature":0.5,"top_p":0.9,"top_k":40,"min_p":0.1,"repetition_penalty":1.1,"frequency_penalty":0.2,
             "presence_penalty":0.3,"seed":-1,"n":2,"logit_bias":{"5":-100},"max_tokens":9,"max_completion_tokens":8,
             "min_tokens":2,"ignore_eos":true,"stop":["a","b"],"stop_token_ids":[7],"include_stop_str_in_output":true,
             "skip_special_tokens":false,"cache_salt":"s","add_generation_prompt":false,
             "chat_template_kwargs":{"enable_thinking":false},"reasoning_effort":"low","tools":[],"tool_choice":"auto",
             "response_format":{"type":"text"},"store":false,"user":"u","metadata":{},"parallel_tool_calls":true,
             "unknown":1,"logprobs":false}
            """);

        var request = edge.Sessions.Last;
        var sampling = request.Choices[0].Sampling;
        Assert.Equal("system:a\nb;assistant:;user:x;", new FakeTokenizer().Decode(request.Choices[0].Prompt, true));
        Assert.Equal((0.5f, 0.9f, 40, 0.1f), (sampling.Temperature, sampling.TopP, sampling.TopK, sampling.MinP));
        Assert.Equal(
            (1.1f, 0.2f, 0.3f),
            (sampling.RepetitionPenalty, sampling.FrequencyPenalty, sampling.PresencePenalty));
        Assert.Equal(ulong.MaxValue, sampling.Seed);
        Assert.Equal(SeededChance.ForChoice(ulong.MaxValue, 1), request.Choices[1].Sampling.Seed);
        Assert.Equal(-100, Assert.Single(sampling.LogitBias!).Value);
        Assert.Equal((8, 2, true), (request.Stop.MaxTokens, request.Stop.MinTokens, request.Stop.IgnoreEnd));
        Assert.Equal([7], request.Stop.StopTokens);
        Assert.Equal([FakeTokenizer.End], request.Stop.EndTokens);
        Assert.Equal(["a", "b"], request.StopStrings);
        Assert.Equal((true, false, "s"), (request.IncludeStopString, request.SkipSpecialTokens, request.CacheSalt));
        Assert.Equal("""{"enable_thinking":false,"reasoning_effort":"low"}""", edge.Template.Variables!.ToJsonString());
    }

    [Fact]
    public async Task Chat_NothingSaid_TakesTheModelsDefaults()
    {
        await using var edge = await Edge.StartAsync(
            defaults: new GenerationDefaults { Temperature = 0.6f, TopK = 20, TopP = 0.95f, RepetitionPenalty = 1.05f });

        await edge.OkAsync("/v1/chat/completions", Edge.ChatBody);

        var sampling = edge.Sessions.Last.Choices[0].Sampling;
        Assert.Equal(
            new SamplingOptions { Temperature = 0.6f, TopK = 20, TopP = 0.95f, RepetitionPenalty = 1.05f, Seed = 99 },
            sampling);
        Assert.Equal(Edge.Context - 17, edge.Sessions.Last.Stop.MaxTokens);
    }

    [Fact]
    public async Task Chat_StoppedByToken_NamesTheToken()
    {
        await using var edge = await Edge.StartAsync();
        edge.Sessions.Script = Scripts.Say("a", stoppedBy: "7");

        var answer = await edge.OkAsync("/v1/chat/completions", Edge.ChatBody);

        Assert.Equal(7, (int)answer["choices"]![0]!["stop_reason"]!);
    }
}
