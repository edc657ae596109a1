namespace Baton.Training.Text;

/// <summary>Tells a fresh story: an opening, the beats of a plot, an ending.</summary>
public sealed class StoryTeller(Grammar grammar)
{
    public Story Tell(Random random)
    {
        var scene = new Scene(grammar, random);
        var plot = random.Pick(grammar.Plots);
        var sentences = new List<string> { Weaver.Weave(random.Pick(grammar.Openings), scene) };
        foreach (var beat in plot.Beats)
        {
            if (!beat.Optional || random.Chance(0.5))
            {
                sentences.Add(Weaver.Weave(random.Pick(beat.Alternatives), scene));
            }
        }

        if (random.Chance(0.4))
        {
            sentences.Insert(random.Next(1, 3), Weaver.Weave(random.Pick(grammar.Details), scene));
        }

        if (random.Chance(0.85))
        {
            sentences.Add(Weaver.Weave(random.Pick(grammar.Endings), scene));
        }

        return new Story(Join(sentences, random), scene, plot, grammar);
    }

    private static string Join(List<string> sentences, Random random)
    {
        // Half of the stories have paragraphs, as in print; the others are one block.
        if (random.Chance(0.5))
        {
            return string.Join(' ', sentences);
        }

        var cuts = new[] { random.Next(1, 3), random.Next(3, sentences.Count) };
        return string.Concat(sentences.Select((s, i) => (i == 0 ? "" : cuts.Contains(i) ? "\n\n" : " ") + s));
    }
}
