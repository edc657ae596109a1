namespace Baton.Training.Text;

/// <summary>Makes chats: a story with talk about it, small questions, small talk, and mixtures.</summary>
public sealed class Dialogues(Grammar grammar)
{
    private static readonly string[] SystemPrompts =
    [
        "You are a helpful assistant.", "You are Baton, a small story model.", "You are a friendly storyteller.",
        "You are a helpful AI assistant.", "Answer in short and simple sentences.", "You tell stories to children.",
        "You are a kind assistant who answers simple questions.", "Be brief.", "You are Baton.",
    ];

    private static readonly string[] Consents =
        ["Yes, please.", "Yes!", "Yes please!", "Yes.", "Sure!", "Okay.", "Yes, tell me a story."];

    private readonly StoryTeller _teller = new(grammar);
    private readonly Arithmetic _arithmetic = new(grammar);
    private readonly Names _names = new(grammar);
    private readonly Repeats _repeats = new(grammar);

    public IReadOnlyList<Turn> Talk(Random random)
    {
        var turns = new List<Turn>();
        if (random.Chance(0.15))
        {
            turns.Add(Turn.System(random.Pick(SystemPrompts)));
        }

        if (random.Chance(0.15))
        {
            AddSmallTalk(turns, random, grammar.Talk[0]);
        }

        do
        {
            AddPart(turns, random);
        }
        while (random.Chance(0.45) && turns.Count < 24);

        return turns.Select(t => t.Role == "user" ? Typing.Hurry(t, random) : t).ToArray();
    }

    private void AddPart(List<Turn> turns, Random random)
    {
        switch (random.NextDouble())
        {
            case < 0.16:
                StoryTalk.Add(turns, _teller.Tell(random), random);
                break;
            case < 0.17:
                StoryTalk.AddLong(turns, _teller.TellLong(random), random);
                break;
            case < 0.50:
                Add(turns, random.Pick(grammar.Topics).Draw(random));
                break;
            case < 0.76:
                Add(turns, _arithmetic.Draw(random));
                break;
            case < 0.80:
                _names.Add(turns, random);
                break;
            case < 0.81:
                Add(turns, _repeats.Draw(random));
                break;
            default:
                AddSmallTalk(turns, random, random.Pick(grammar.Talk));
                break;
        }
    }

    private void AddSmallTalk(List<Turn> turns, Random random, (string Ask, string Answer) talk)
    {
        var scene = new Scene(grammar, random);
        var answer = Weaver.Weave(talk.Answer, scene);
        Add(turns, (Weaver.Weave(talk.Ask, scene), answer));

        // An offered story is often taken.
        var offered = answer.EndsWith('?') && (answer.Contains("Would you like a", StringComparison.Ordinal)
            || answer.Contains("Shall I tell you", StringComparison.Ordinal));
        if (offered && random.Chance(0.5))
        {
            Add(turns, (random.Pick(Consents), _teller.Tell(random).Text));
        }
    }

    private static void Add(List<Turn> turns, (string Ask, string Answer) pair)
    {
        turns.Add(Turn.User(pair.Ask));
        turns.Add(Turn.Assistant(pair.Answer));
    }
}
