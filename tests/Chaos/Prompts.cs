using Baton.Client;

namespace Baton.Chaos;

/// <summary>What is asked, greedily and by seed, and what an undisturbed cluster answers.</summary>
internal sealed class Prompts
{
    private const int Count = 24;
    private const int AtOnce = 8;

    private readonly ChatRequest[] _requests;
    private readonly int[][] _answers = new int[Count][];

    public Prompts(int seed, int tokens)
    {
        var random = new Random(seed);
        _requests = [.. Enumerable.Range(0, Count).Select(i => new ChatRequest
        {
            Messages = [new ChatMessage("user", string.Join(' ', Enumerable.Range(0, random.Next(20, 200)).Select(_ => random.Next(1000))))],
            MaxTokens = tokens,
            Temperature = i % 2 == 0 ? 0 : 1,
            Seed = i,
            More = new Dictionary<string, object> { ["ignore_eos"] = true },
        })];
    }

    public static int Any(Random random) => random.Next(Count);

    public ChatRequest Of(int prompt) => _requests[prompt];

    /// <summary>Whether these are the tokens of an undisturbed run; the first of them, where it was cut short.</summary>
    public bool IsAnswer(int prompt, IReadOnlyList<int> tokens, bool isCut) =>
        tokens.SequenceEqual(isCut ? _answers[prompt].Take(tokens.Count) : _answers[prompt]);

    public Task LearnAsync(BatonClient client) => Parallel.ForAsync(
        0, Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (prompt, cancelled) =>
        {
            var tokens = new List<int>();
            await foreach (var token in client.GenerateAsync(_requests[prompt], cancelled))
            {
                if (token.TokenId is { } id)
                {
                    tokens.Add(id);
                }
            }

            _answers[prompt] = [.. tokens];
        });
}
