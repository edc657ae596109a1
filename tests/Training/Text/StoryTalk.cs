namespace Baton.Training.Text;

/// <summary>A request for a story, the story, and talk about it that only its own facts can answer.</summary>
public static class StoryTalk
{
    private static readonly (string Ask, string Answer)[] About =
    [
        ("[What was {his} name?|What is the name of the {kind}?|Who is the story about?|What was the {kind} called?|What is the {kind}'s name?]", "[{His} name was {hero}.|The {kind} was called {hero}.|It was {hero}.]"),
        ("[Who was {friend}?|Tell me more about {friend}.|Who is {friend}?]", "{Friend} was {a fkind} and {hero}'s friend."),
        ("[Who is the friend?|What was the friend's name?|Who helped?|Who was {hero}'s friend?]", "[The friend was {friend}.|{Friend} the {fkind} was {hero}'s friend.|It was {friend}, the {fkind}.]"),
        ("[What kind of animal was it?|Who was {hero}?|What was {hero}?|Who is {hero}?]", "{Hero} was {a kind}."),
    ];

    private static readonly string[] LongRequests =
    [
        "[Tell me|Write|Please tell me|Can you tell me] a [long|longer|very long] story about {a kind}[.|, please.]",
        "[Tell me|Write|I want] a long story[.| about {hero} the {kind}.]",
        "[Write|Tell me] a story about {a kind}. Make it long[.|, please.]",
    ];

    private static readonly string[] Next =
        ["What happened next?", "And then?", "What happened then?", "Go on.", "Tell me more.", "What happened after that?", "Continue.", "How does it go on?", "Please continue the story."];

    private static readonly string[] Shorter =
        ["Make it shorter.", "Can you make it shorter?", "Tell it in a few words.", "What is the story about?", "Can you sum it up?", "Tell me the short version.", "Summarize the story.", "Too long. Make it shorter, please."];

    private static readonly string[] Lesson =
        ["What is the moral?", "What can we learn from it?", "What is the lesson?", "What is the moral of the story?", "What does the story teach?"];

    private static readonly string[] Another =
        ["Tell me another one.", "Another story, please.", "One more!", "Tell me another story.", "Can you tell me another one?"];

    public static void Add(List<Turn> turns, Story story, Random random)
    {
        turns.Add(Turn.User(Request(story, random)));
        turns.Add(Turn.Assistant(story.Text));
        var rounds = random.Next(4);
        for (var i = 0; i < rounds; i++)
        {
            var (ask, answer) = FollowUp(story, random);
            turns.Add(Turn.User(ask));
            turns.Add(Turn.Assistant(answer));
        }

        if (random.Chance(0.12))
        {
            var other = new StoryTeller(story.Grammar).Tell(random);
            turns.Add(Turn.User(random.Pick(Another)));
            turns.Add(Turn.Assistant(other.Text));
        }
    }

    public static void AddLong(List<Turn> turns, Story story, Random random)
    {
        turns.Add(Turn.User(Weaver.Weave(random.Pick(LongRequests), story.Scene)));
        turns.Add(Turn.Assistant(story.Text));
    }

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
        return Weaver.Weave(random.Pick(story.Grammar.Requests).Replace("{about}", about, StringComparison.Ordinal), story.Scene);
    }

    private static (string Ask, string Answer) FollowUp(Story story, Random random)
    {
        switch (random.NextDouble())
        {
            case < 0.30:
                return Woven(random.Pick(About), story.Scene);
            case < 0.55:
                return Woven(random.Pick(story.Plot.Questions), story.Scene);
            case < 0.72:
                return (random.Pick(Next), story.Sequel);
            case < 0.84:
                return (random.Pick(Shorter), story.Summary);
            case < 0.92:
                return (random.Pick(Lesson), $"The story is about {story.Plot.Theme}.");
            default:
                return Woven(random.Pick(story.Grammar.Talk.Where(t => t.Ask.StartsWith("[Thank", StringComparison.Ordinal)).ToArray()), story.Scene);
        }
    }

    private static (string Ask, string Answer) Woven((string Ask, string Answer) pair, Scene scene) =>
        (Weaver.Weave(pair.Ask, scene), Weaver.Weave(pair.Answer, scene));
}
