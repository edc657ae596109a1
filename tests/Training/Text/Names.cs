namespace Baton.Training.Text;

/// <summary>The user says a name (or a favourite) and asks for it back: trains looking things up in the chat.</summary>
public static class Names
{
    public static void Add(List<Turn> turns, Scene scene)
    {
        var random = scene.Random;
        if (random.Chance(0.6))
        {
            Add(turns, scene, "[My name is|I am|I'm|Hello, I am|Hi! My name is] {hero}.", "[Nice to meet you|Hello|Hi|It is nice to meet you], {hero}! [How can I help you?|Would you like a story?|I am Baton.|]");
            AddOther(turns, scene);
            Add(turns, scene, "[What is my name?|What's my name?|Do you know my name?|Who am I?]", "[Your name is {hero}.|You are {hero}.]");
        }
        else
        {
            Add(turns, scene, "[I like|I love|My favorite animal is] the {animal}.", "[The {animal} is a nice animal.|I like the {animal}, too.|That is a good choice.]");
            AddOther(turns, scene);
            Add(turns, scene, "[What do I like?|What is my favorite animal?|Which animal do I like?]", "You like the {animal}.");
        }
    }

    private static void AddOther(List<Turn> turns, Scene scene)
    {
        if (scene.Random.Chance(0.5))
        {
            var (ask, answer) = Arithmetic.Draw(scene.Random);
            turns.Add(Turn.User(ask));
            turns.Add(Turn.Assistant(answer));
        }
    }

    private static void Add(List<Turn> turns, Scene scene, string ask, string answer)
    {
        turns.Add(Turn.User(Weaver.Weave(ask, scene)));
        turns.Add(Turn.Assistant(Weaver.Weave(answer, scene)));
    }
}
