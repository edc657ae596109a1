using Baton.Oracle;
using Baton.Training.Export;
using Baton.Training.Model;
using Baton.Training.Tokens;
using static TorchSharp.torch;

namespace Baton.Training.Commands;

/// <summary>Compares the training twin with the oracle: proof that what was trained is a Llama.</summary>
public static class TwinCheck
{
    public static double WorstDifference(string folder)
    {
        var oracle = new OracleModel(folder);
        var tokenizer = TokenizerJson.Read(Path.Combine(folder, "tokenizer.json"));
        var twin = new LlamaTwin(ReleasedWeights.Read(folder), ScalarType.Float32);
        return Prompts.Plain.Select(p => Prompts.Ids(tokenizer, p))
            .Concat(Prompts.Chats.Select(c => ChatTemplate.Prompt(tokenizer, c)))
            .Max(ids => Difference(twin, oracle, ids));
    }

    private static double Difference(LlamaTwin twin, OracleModel oracle, List<int> ids)
    {
        using var off = no_grad();
        using var scope = NewDisposeScope();
        var logits = twin.Logits(tensor(ids.Select(i => (long)i).ToArray()).view(1, -1));
        double worst = 0;
        oracle.Reset();
        for (var i = 0; i < ids.Count; i++)
        {
            var expected = oracle.Step(ids[i]);
            var actual = logits[0, i].data<float>().ToArray();
            worst = Math.Max(worst, expected.Zip(actual, (e, a) => Math.Abs(e - a)).Max());
        }

        return worst;
    }
}
