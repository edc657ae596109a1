namespace Baton.Training.Text;

/// <summary>A request for a story, the story, and talk about it that only its own facts can answer.</summary>
public static class StoryTalk
{
    public static void Add(List<Turn> turns, Story story, Random random)
    {
        var grammar = story.Grammar;
        Add(turns, Request(story, random), story.Text);
        var rounds = random.Next(4);
        for (var i = 0; i < rounds; i++)
        {
            var (ask, answer) = FollowUp(story, random);
            Add(turns, ask, answer);
        }

        if (random.Chance(0.12))
        {
            Add(turns, random.Pick(grammar.FollowUps["another"]), new StoryTeller(grammar).Tell(random).Text);
        }
    }

    public static void AddLong(List<Turn> turns, Story story, Random random) =>
        Add(turns, Weaver.Weave(random.Pick(story.Grammar.FollowUps["long"]), story.Scene), story.Text);

    private static string Request(Story story, Random random)
    {
        if (random.Chance(0.12))
        {
            return Weaver.Weave(random.Pick(story.Grammar.OpenRequests), story.Scene);
        }

        var about = random.NextDouble() switch
        {
            < 0.30 => Weaver.Weave("{a kind}", story.Scene),
            < 0.40 => Weaver.Weave("{a kind} [named|called] {hero}", story.Scene),
            < 0.50 => Weaver.Weave("{a kind} and {a fkind}", story.Scene),
            _ => story.About,
        };
        story.Scene["about"] = about;
        return Weaver.Weave(random.Pick(story.Grammar.Requests), story.Scene);
    }

    private static (string Ask, string Answer) FollowUp(Story story, Random random)
    {
        var grammar = story.Grammar;
        return random.NextDouble() switch
        {
            < 0.30 => Woven(random.Pick(grammar.Facts), story.Scene),
            < 0.55 => Woven(random.Pick(story.Plot.Questions), story.Scene),
            < 0.72 => (random.Pick(grammar.FollowUps["next"]), story.Sequel),
            < 0.84 => (random.Pick(grammar.FollowUps["shorter"]), story.Summary),
            < 0.92 => (random.Pick(grammar.FollowUps["lesson"]), $"The story is about {story.Plot.Theme}."),
            _ => Woven(grammar.Thanks, story.Scene),
        };
    }

    private static void Add(List<Turn> turns, string ask, string answer)
    {
        turns.Add(Turn.User(ask));
        turns.Add(Turn.Assistant(answer));
    }

    private static (string Ask, string Answer) Woven((string Ask, string Answer) pair, Scene scene) =>
        (Weaver.Weave(pair.Ask, scene), Weaver.Weave(pair.Answer, scene));
}
