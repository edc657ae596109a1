namespace Baton.Training.Text;

/// <summary>One message of a dialogue.</summary>
public sealed record Turn(string Role, string Content)
{
    public static Turn User(string content) => new("user", content);

    public static Turn Assistant(string content) => new("assistant", content);

    public static Turn System(string content) => new("system", content);
}
