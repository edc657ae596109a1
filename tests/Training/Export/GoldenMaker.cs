using System.Security.Cryptography;
using Baton.Oracle;
using Baton.Training.Tokens;

namespace Baton.Training.Export;

/// <summary>Derives the built-in model's golden outputs with the oracle.</summary>
public static class GoldenMaker
{
    private const int NewTokens = 64;
    private const int LogprobContexts = 20;
    private const int TopTokens = 5;
    private static readonly HashSet<int> Ends = [SpecialTokens.End];

    public static GoldenFile Make(string folder)
    {
        var model = new OracleModel(folder);
        var tokenizer = TokenizerJson.Read(Path.Combine(folder, "tokenizer.json"));
        var runs = AllPrompts(tokenizer).Select(p => Run(model, tokenizer, p.Text, p.Ids)).ToArray();
        return new GoldenFile
        {
            Model = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            MadeWith = "Baton.Oracle: float64 forward pass over the bfloat16 weights",
            MaxNewTokens = NewTokens,
            EosIds = [SpecialTokens.End],
            WeightsSha256 = new Dictionary<string, string> { ["model.safetensors"] = Hash(folder) },
            Greedy = runs,
            TopLogprobs = Contexts(runs).Select(c => Top(model, c)).ToArray(),
        };
    }

    private static IEnumerable<(string Text, List<int> Ids)> AllPrompts(Tokenizer tokenizer) => Prompts.Plain
        .Select(p => (p, Prompts.Ids(tokenizer, p)))
        .Concat(Prompts.Chats.Select(c => (Prompts.Rendered(c), ChatTemplate.Prompt(tokenizer, c))));

    private static GoldenRun Run(OracleModel model, Tokenizer tokenizer, string prompt, List<int> ids)
    {
        var run = GreedyRun.Make(model, ids, NewTokens, Ends);
        return new GoldenRun(
            prompt,
            ids,
            run.Output,
            tokenizer.Decode(run.Output.Where(t => t != SpecialTokens.End)),
            run.Ended ? "eos" : "limit",
            Math.Round(run.MinMargin, 6),
            run.FirstNearTie);
    }

    // Prompts as they are, and then prompts with part of their continuation: deeper positions too.
    private static IEnumerable<IReadOnlyList<int>> Contexts(GoldenRun[] runs) => runs
        .Select(r => r.PromptIds)
        .Concat(runs.Where(r => r.OutputIds.Count > 16).Select(r => r.PromptIds.Concat(r.OutputIds.Take(16)).ToArray()))
        .Concat(runs.Where(r => r.OutputIds.Count > 48).Select(r => r.PromptIds.Concat(r.OutputIds.Take(48)).ToArray()))
        .Take(LogprobContexts);

    private static GoldenLogprobs Top(OracleModel model, IReadOnlyList<int> context)
    {
        var logprobs = Probability.LogSoftmax(model.Prompt(context));
        var top = logprobs.Select((p, id) => new GoldenToken(id, p)).OrderByDescending(t => t.LogProbability);
        return new GoldenLogprobs(context, top.Take(TopTokens).ToArray());
    }

    private static string Hash(string folder) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "model.safetensors"))));
}
