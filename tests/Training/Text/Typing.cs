namespace Baton.Training.Text;

/// <summary>People type in a hurry: small letters, no mark at the end.</summary>
public static class Typing
{
    public static string Hurry(string message, Random random)
    {
        if (random.Chance(0.12))
        {
            message = message.TrimEnd('.', '?', '!');
        }

        if (message.Length > 1 && !message.StartsWith("I ", StringComparison.Ordinal) && random.Chance(0.12))
        {
            message = char.ToLowerInvariant(message[0]) + message[1..];
        }

        return message;
    }
}
