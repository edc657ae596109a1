namespace Baton.Soak;

/// <summary>Prompts and what an undisturbed cluster answers to them.</summary>
internal sealed class Prompts
{
    public const int MostTokens = 200;

    private const int Count = 48;

    private readonly int[][] _prompts;
    private readonly int[][] _answers = new int[Count][];

    public Prompts(int seed)
    {
        var random = new Random(seed);
        _prompts = [.. Enumerable.Range(0, Count).Select(_ =>
            Enumerable.Range(0, random.Next(40, 900)).Select(_ => random.Next(300, 1300)).ToArray())];
    }

    public static int Any(Random random) => random.Next(Count);

    public int[] Of(int prompt) => _prompts[prompt];

    public bool IsAnswer(int prompt, int most, int[] tokens) => tokens.SequenceEqual(_answers[prompt].Take(most));

    public async Task Learn(Cluster cluster, CancellationToken cancellationToken)
    {
        for (var prompt = 0; prompt < Count; prompt++)
        {
            var (tokens, _, failure) = await cluster.Complete(_prompts[prompt], MostTokens, cancellationToken);
            _answers[prompt] = failure is null
                ? tokens
                : throw new InvalidOperationException($"An undisturbed request failed: {failure}");
        }
    }
}
