namespace Baton.Training.Text;

/// <summary>Tells a fresh story: an opening, the beats of a plot, an ending.</summary>
public sealed class StoryTeller(Grammar grammar)
{
    public Story Tell(Random random)
    {
        var scene = new Scene(grammar, random);
        var plot = random.Pick(grammar.Plots);
        var sentences = new List<string> { Weaver.Weave(random.Pick(grammar.Openings), scene) };
        AddBeats(sentences, plot, scene);
        if (random.Chance(0.4))
        {
            sentences.Insert(random.Next(1, 3), Weaver.Weave(random.Pick(grammar.Details), scene));
        }

        if (random.Chance(0.85))
        {
            AddEnding(sentences, scene);
        }

        return new Story(Join(sentences, random), scene, plot, grammar);
    }

    /// <summary>A story of several adventures of the same hero, a paragraph each.</summary>
    public Story TellLong(Random random)
    {
        var scene = new Scene(grammar, random);
        var plots = random.GetItems(grammar.Plots.ToArray(), random.Next(2, 4)).Distinct().ToArray();
        var paragraphs = new List<string>();
        foreach (var plot in plots)
        {
            var opening = paragraphs.Count == 0 ? grammar.Openings : grammar.Links;
            var sentences = new List<string> { Weaver.Weave(random.Pick(opening), scene) };
            AddBeats(sentences, plot, scene);
            paragraphs.Add(string.Join(' ', sentences));
        }

        var last = new List<string> { Weaver.Weave(random.Pick(grammar.Sequels), scene) };
        AddEnding(last, scene);
        paragraphs.Add(string.Join(' ', last));
        return new Story(string.Join("\n\n", paragraphs), scene, plots[0], grammar);
    }

    private static void AddBeats(List<string> sentences, Plot plot, Scene scene)
    {
        foreach (var beat in plot.Beats)
        {
            if (!beat.Optional || scene.Random.Chance(0.5))
            {
                sentences.Add(Weaver.Weave(scene.Random.Pick(beat.Alternatives), scene));
            }
        }
    }

    private void AddEnding(List<string> sentences, Scene scene) =>
        sentences.Add(Weaver.Weave(scene.Random.Pick(grammar.Endings), scene));

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
