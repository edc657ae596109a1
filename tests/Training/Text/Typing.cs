namespace Baton.Training.Text;

/// <summary>People type in a hurry: small letters, no mark at the end.</summary>
public static class Typing
{
    public static Turn Hurry(Turn turn, Random random)
    {
        var message = turn.Content;
        if (random.Chance(0.12))
        {
            message = message.TrimEnd('.', '?', '!');
        }

        if (random.Chance(0.12) && !message.StartsWith("I ", StringComparison.Ordinal))
        {
            message = char.ToLowerInvariant(message[0]) + message[1..];
        }

        return turn with { Content = message };
    }
}
