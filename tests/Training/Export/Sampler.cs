using Baton.Oracle;
using Baton.Training.Tokens;

namespace Baton.Training.Export;

/// <summary>Continues a prompt by temperature and top-p, to look at what the model has learned.</summary>
public sealed class Sampler(OracleModel model, double temperature, double topP, Random random)
{
    public IReadOnlyList<int> Continue(IReadOnlyList<int> prompt, int most)
    {
        var output = new List<int>();
        var logits = model.Prompt(prompt);
        while (output.Count < most)
        {
            var next = Draw(logits);
            if (next == SpecialTokens.End)
            {
                break;
            }

            output.Add(next);
            logits = model.Step(next);
        }

        return output;
    }

    private int Draw(double[] logits)
    {
        var scaled = logits.Select(l => l / temperature).ToArray();
        Probability.Softmax(scaled);
        var order = Enumerable.Range(0, scaled.Length).OrderByDescending(i => scaled[i]).ToArray();
        double kept = 0;
        var count = 0;
        while (count < order.Length && kept < topP)
        {
            kept += scaled[order[count++]];
        }

        var at = random.NextDouble() * kept;
        var pick = 0;
        while (pick < count - 1 && (at -= scaled[order[pick]]) > 0)
        {
            pick++;
        }

        return order[pick];
    }
}
