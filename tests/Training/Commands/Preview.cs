using Baton.Training.Text;

namespace Baton.Training.Commands;

/// <summary>Prints some of the generated texts, to judge them by eye.</summary>
public static class Preview
{
    public static void Print(int count, int seed)
    {
        var grammar = new Grammar();
        var random = new Random(seed);
        var teller = new StoryTeller(grammar);
        var dialogues = new Dialogues(grammar);
        for (var i = 0; i < count; i++)
        {
            var story = i % 5 == 4 ? teller.TellLong(random) : teller.Tell(random);
            Console.WriteLine($"{story.Text}\n[{story.About}] [{story.Summary}]\n");
            foreach (var turn in dialogues.Talk(random))
            {
                Console.WriteLine($"{turn.Role}: {turn.Content}");
            }

            Console.WriteLine();
        }
    }
}
